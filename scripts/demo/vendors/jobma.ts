import { defaultAccount, startJobmaSimulator } from '../../../simulators/jobma/server';
import { SEED } from '../../../simulators/lever/seed';
import type { DemoVendor } from './vendor';

export const jobma: DemoVendor = {
  id: 'jobma',
  label: 'Jobma',
  stage: 'Jobma',
  async start(port) {
    const simulator = await startJobmaSimulator({ port });
    const { admin } = simulator;
    return {
      url: simulator.url,
      env: { JOBMA_BASE_URL: simulator.apiUrl },
      credentials: { accessToken: defaultAccount.accessToken, callbackToken: defaultAccount.webhookToken },
      settings: { defaultAssessment: '101' },
      postingId: SEED.postings.storeClerk,
      joined: (partner) => admin.joinPartner(partner),
      invitations: (email) => admin.applications({ email }).map(({ id }) => id),
      mails: (email) => admin.mailbox({ to: email }).length,
      complete: (ref) => void admin.complete(ref),
      shows(trigger, ref) {
        const { link, resultsUrl } = admin.application(ref);
        const [invited, completed] = ['Jobma Interview Invited', 'Jobma Interview Completed'];
        return trigger === 'invited'
          ? { tags: [invited], links: [link], notes: [], gone: [completed] }
          : { tags: [completed], links: [link], notes: [resultsUrl], gone: [invited] };
      },
      stop: () => simulator.stop(),
    };
  },
};

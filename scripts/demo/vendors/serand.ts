import { SEED } from '../../../simulators/lever/seed';
import { defaultAccount, startSerandSimulator } from '../../../simulators/serand/server';
import type { DemoVendor } from './vendor';

export const serand: DemoVendor = {
  id: 'serand',
  label: 'Serand',
  stage: 'Serand',
  async start(port) {
    const simulator = await startSerandSimulator({ port });
    const { admin } = simulator;
    return {
      url: simulator.url,
      env: { SERAND_BASE_URL: simulator.apiUrl },
      credentials: { apiKey: defaultAccount.apiKey, webhookSecret: defaultAccount.webhookSecret },
      settings: { resultsStage: 'Review' },
      postingId: SEED.postings.storeClerk,
      invitations: (email) => admin.applications({ email }).map(({ id }) => id),
      mails: (email) => admin.mailbox({ to: email }).length,
      complete: (ref) => void admin.complete(ref),
      shows(trigger, ref) {
        const { profileUrl } = admin.application(ref);
        const [invited, completed] = ['Serand Invited', 'Serand Completed'];
        return trigger === 'invited'
          ? { tags: [invited], links: [], notes: [], gone: [completed] }
          : { tags: [completed], links: [profileUrl], notes: [profileUrl], gone: [invited] };
      },
      stop: () => simulator.stop(),
    };
  },
};

import { SEED } from '../../../simulators/lever/seed';
import { defaultSecret, startStandardSimulator } from '../../../simulators/standard/server';
import type { DemoVendor } from './vendor';

/** A vendor that is not in the list of vendors and joined by the published contract (docs/vendor-contract.md). */
export const standard: DemoVendor = {
  id: 'standard',
  label: 'the example vendor of the standard contract',
  stage: 'Skills test',
  async start(port) {
    const simulator = await startStandardSimulator({ port });
    const { admin } = simulator;
    return {
      url: simulator.url,
      env: {},
      credentials: { baseUrl: simulator.apiUrl, secret: defaultSecret },
      settings: { defaultAssessment: 'sales-basics', resultsStage: 'Review' },
      postingId: SEED.postings.storeClerk,
      invitations: (email) => admin.applications({ email }).map(({ id }) => id),
      mails: (email) => admin.mailbox({ to: email }).length,
      complete: (ref) => void admin.complete(ref, { file: true }),
      shows(trigger, ref) {
        const { link } = admin.application(ref);
        const [invited, completed] = ['Assessment Invited', 'Assessment Completed'];
        return trigger === 'invited'
          ? { tags: [invited], links: [link], notes: [], gone: [completed] }
          : {
              tags: [completed],
              links: [link, `${simulator.url}/report/${ref}`],
              notes: ['Score:'],
              files: ['report'],
              gone: [invited, 'Assessment In Progress'],
            };
      },
      stop: () => simulator.stop(),
    };
  },
};

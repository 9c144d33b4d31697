import { SEED } from '../../../simulators/lever/seed';
import { defaultAccount, startSmgSimulator } from '../../../simulators/smg/server';
import type { DemoVendor } from './vendor';

const postingTags = ['POP-10002063-Leadership', 'POP-INVITE-CANDIDATE'];

export const smg: DemoVendor = {
  id: 'smg',
  label: 'SMG/POP',
  stage: 'Assessment',
  async start(port) {
    const simulator = await startSmgSimulator({ port });
    const { admin } = simulator;
    return {
      url: simulator.url,
      env: { SMG_BASE_URL: simulator.apiUrl },
      credentials: { username: defaultAccount.user, password: defaultAccount.password },
      settings: {},
      postingId: SEED.postings.storeManager,
      invitations: (email) => admin.applications({ email }).map(({ applicationId }) => applicationId),
      mails: (email) => admin.mailbox({ to: email }).length,
      complete: (ref) => void admin.complete(ref),
      shows(trigger, ref) {
        const { appLink, repLink } = admin.application(ref);
        return trigger === 'invited'
          ? {
              tags: ['POP-IN-Progress', ...postingTags],
              links: [appLink],
              notes: [],
              gone: ['POP-Completed'],
            }
          : {
              tags: ['POP-Completed', ...postingTags],
              links: [appLink, repLink],
              notes: [],
              gone: ['POP-IN-Progress'],
            };
      },
      stop: () => simulator.stop(),
    };
  },
};

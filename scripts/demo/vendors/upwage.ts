import { SEED } from '../../../simulators/lever/seed';
import { defaultSecret, startUpwageSimulator } from '../../../simulators/upwage/server';
import type { DemoVendor } from './vendor';

const tag = 'UW Screened: PASSED';

/** It screens by itself: nobody is moved into a stage, and Lever hears of it when the conversation is over. */
export const upwage: DemoVendor = {
  id: 'upwage',
  label: 'Upwage',
  stage: null,
  async start(port) {
    const simulator = await startUpwageSimulator({ port });
    const { admin } = simulator;
    const postingId = SEED.postings.storeClerk;
    const screenerId = admin.addScreener('Store Clerk', postingId).id;
    return {
      url: simulator.url,
      env: {},
      credentials: { webhookSecret: defaultSecret },
      settings: {
        screeners: [{ screenerId, postingId, rules: { passed: { stage: 'Review' } } }],
      },
      postingId,
      connected: (callbackUrl) => admin.sendTo(callbackUrl),
      begin: (person) => void admin.open({ screenerId, ...person }),
      invitations: (email) => admin.applications({ email }).map(({ id }) => id),
      mails: (email) => admin.mailbox({ to: email }).length,
      complete: (ref) => void admin.complete(ref),
      shows: (trigger) =>
        trigger === 'invited'
          ? { tags: [], links: [], notes: [], gone: [tag] }
          : { tags: [tag], links: [], notes: [], files: ['SuperScreener'], gone: ['Upwage Error'] },
      stop: () => simulator.stop(),
    };
  },
};

import { SEED } from '../../simulators/lever/seed';
import type { SerandSimulator } from '../../simulators/serand/server';
import { defaultAccount, startSerandSimulator } from '../../simulators/serand/server';
import type { PlanTrigger, SeenInvitation, Shown, SimulatedVendor, VendorDriver } from './driver';
import { restError } from './rest-faults';

const invite = 'POST /invitations';
const tag = (state: string): string => `Serand ${state}`;

export interface SimulatedSerand extends SimulatedVendor {
  serand: SerandSimulator;
}

export const serandDriver: VendorDriver<SimulatedSerand> = {
  vendor: 'serand',
  async start() {
    const serand = await startSerandSimulator({ callbackRetries: [] });
    const { admin } = serand;
    return {
      serand,
      env: { SERAND_BASE_URL: serand.apiUrl },
      credentials: { apiKey: defaultAccount.apiKey, webhookSecret: defaultAccount.webhookSecret },
      settings: { resultsStage: 'Review' },
      postingId: SEED.postings.storeClerk,
      invitations: (email) =>
        admin.applications({ email }).map(({ id, externalId }) => ({ ref: id, assessmentId: externalId })),
      inviteAnswers: () => admin.requests({ operation: invite }).map(({ status }) => status),
      begin: (ref) => void admin.start(ref),
      complete: (ref) =>
        void admin.complete(ref, { late: ['cancelled', 'expired'].includes(admin.application(ref).status) }),
      decline: null,
      expire: (ref) => void admin.expire(ref),
      statusOf: (ref) => admin.application(ref).status,
      resend: (ref) => admin.resend(ref),
      stranger: (email) => void admin.inviteByHand({ email, assessmentId: 'asm_general' }),
      besideStranger: 'failed',
      fault: (fault) => void admin.fault(restError(fault, invite)),
      mend: () => admin.clearFaults(),
      shows: (trigger, invitation) => shown(serand, trigger, invitation),
      stop: () => serand.stop(),
    };
  },
};

function shown(serand: SerandSimulator, trigger: PlanTrigger, { ref }: SeenInvitation): Shown {
  const { profileUrl } = serand.admin.application(ref);
  const expired = 'The Serand assessment expired before it was completed.';
  const scores =
    'Overall: 76 of 100. Skills: 72 of 100. Values: 81 of 100. Personality: Calm and open. Cultural fit: 77 of 100.';
  const done = { tags: [tag('Completed')], links: [profileUrl], stage: SEED.stages.review };
  switch (trigger) {
    case 'invited':
    case 'started':
      return { tags: [tag('Invited')], links: [], notes: [] };
    case 'completed':
      return { ...done, notes: [`${scores} Serand profile: ${profileUrl}`] };
    case 'expired':
    case 'expiredHere':
      return { tags: [tag('Expired')], links: [], notes: [expired] };
    case 'completedLate':
      return { ...done, notes: [expired, scores] };
    case 'failed':
      return { tags: [tag('Error')], links: [], notes: ['which this run has not sent'] };
    case 'declined':
      throw new Error('candidates of Serand cannot decline');
  }
}

import { SEED } from '../../simulators/lever/seed';
import type { StandardSimulator } from '../../simulators/standard/server';
import { defaultSecret, startStandardSimulator } from '../../simulators/standard/server';
import type { PlanTrigger, SeenInvitation, Shown, SimulatedVendor, VendorDriver } from './driver';
import { restError } from './rest-faults';

const place = 'POST /orders';
const tag = (state: string): string => `Assessment ${state}`;

export interface SimulatedStandard extends SimulatedVendor {
  standard: StandardSimulator;
}

export const standardDriver: VendorDriver<SimulatedStandard> = {
  vendor: 'standard',
  async start() {
    const standard = await startStandardSimulator({ callbackRetries: [] });
    const { admin } = standard;
    return {
      standard,
      env: {},
      credentials: { baseUrl: standard.apiUrl, secret: defaultSecret },
      settings: {
        defaultAssessment: 'sales-basics',
        resultsStage: 'Review',
        // Lever takes files only in somebody's name.
        performAs: SEED.users.service,
      },
      postingId: SEED.postings.storeClerk,
      invitations: (email) =>
        admin
          .applications({ email })
          .map(({ id, callbackUrl }) => ({ ref: id, assessmentId: callbackUrl === '' ? null : id })),
      inviteAnswers: () => admin.requests({ operation: place }).map(({ status }) => status),
      begin: (ref) => void admin.start(ref),
      complete: (ref) =>
        void admin.complete(ref, { late: ['cancelled', 'expired'].includes(admin.application(ref).status) }),
      decline: (ref) => void admin.decline(ref),
      expire: (ref) => void admin.expire(ref),
      endOf: (ref) => admin.endOf(ref),
      statusOf: (ref) => admin.application(ref).status,
      resend: (ref) => admin.resend(ref),
      stranger: (email) => void admin.orderOfAnother({ name: 'Somebody', email }),
      besideStranger: 'invited',
      fault: (fault) => void admin.fault(restError(fault, place)),
      mend: () => admin.clearFaults(),
      shows: (trigger, invitation) => shown(standard, trigger, invitation),
      stop: () => standard.stop(),
    };
  },
};

function shown({ admin, url }: StandardSimulator, trigger: PlanTrigger, { ref }: SeenInvitation): Shown {
  const { link } = admin.application(ref);
  const report = `${url}/report/${ref}`;
  const links = [link];
  const score = 'Score: 76 of 100, Proceed';
  const expired = 'expired before it was completed.';
  const done = { tags: [tag('Completed')], links: [link, report], stage: SEED.stages.review };
  switch (trigger) {
    case 'invited':
      return { tags: [tag('Invited')], links, notes: [] };
    case 'started':
      return { tags: [tag('In Progress')], links, notes: [] };
    case 'completed':
      return { ...done, notes: [score] };
    case 'declined':
      return { tags: [tag('Declined')], links, notes: ['declined by the candidate: has found another job.'] };
    case 'expired':
    case 'expiredHere':
      return { tags: [tag('Expired')], links, notes: [expired] };
    case 'completedLate':
      return { ...done, notes: [expired, score] };
    case 'failed':
      return { tags: [tag('Error')], links: [], notes: ['failed: '] };
  }
}

import { SEED } from '../../../../simulators/lever/seed';
import type {
  PlanTrigger,
  SeenInvitation,
  Shown,
  SimulatedVendor,
  VendorDriver,
} from '../../../../test/vendors/driver';
import { restError } from '../../../../test/vendors/rest-faults';
import type { AcmeSimulator } from '../simulator/server';
import { defaultAccount, startAcmeSimulator } from '../simulator/server';

const invite = 'POST /invitations';
const tag = (state: string): string => `Acme Tests ${state}`;

export interface SimulatedAcme extends SimulatedVendor {
  acme: AcmeSimulator;
}

export const acmeDriver: VendorDriver<SimulatedAcme> = {
  vendor: 'acme',
  async start() {
    const acme = await startAcmeSimulator({ callbackRetries: [] });
    const { admin } = acme;
    return {
      acme,
      env: { ACME_BASE_URL: acme.apiUrl },
      credentials: { ...defaultAccount },
      settings: { defaultAssessment: 'sales-basics', resultsStage: 'Review' },
      postingId: SEED.postings.storeClerk,
      invitations: (email) =>
        admin.applications({ email }).map(({ id, externalId }) => ({ ref: id, assessmentId: externalId })),
      inviteAnswers: () => admin.requests({ operation: invite }).map(({ status }) => status),
      begin: (ref) => void admin.start(ref),
      complete: (ref) =>
        void admin.complete(ref, { late: ['cancelled', 'expired'].includes(admin.application(ref).status) }),
      decline: (ref) => void admin.decline(ref),
      expire: (ref) => void admin.expire(ref),
      resend: (ref) => admin.resend(ref),
      stranger: (email) => void admin.inviteByHand({ email, assessmentId: 'sales-basics' }),
      besideStranger: 'failed',
      fault: (fault) => void admin.fault(restError(fault, invite)),
      mend: () => admin.clearFaults(),
      shows: (trigger, invitation) => shown(acme, trigger, invitation),
      stop: () => acme.stop(),
    };
  },
};

function shown(acme: AcmeSimulator, trigger: PlanTrigger, { ref }: SeenInvitation): Shown {
  const { link, reportUrl } = acme.admin.application(ref);
  const expired = 'expired before it was completed.';
  const completed = `The assessment of Acme Tests was completed. Score: 76 of 100. Report: ${reportUrl}`;
  const done = { tags: [tag('Completed')], links: [link, reportUrl], stage: SEED.stages.review };
  switch (trigger) {
    case 'invited':
      return { tags: [tag('Invited')], links: [link], notes: [] };
    case 'started':
      return { tags: [tag('In Progress')], links: [link], notes: [] };
    case 'completed':
      return { ...done, notes: [completed] };
    case 'expired':
    case 'expiredHere':
      return { tags: [tag('Expired')], links: [link], notes: [expired] };
    case 'declined':
      return { tags: [tag('Declined')], links: [link], notes: ['was declined by the candidate.'] };
    case 'completedLate':
      return { ...done, notes: [expired, completed] };
    case 'failed':
      return { tags: [tag('Error')], links: [], notes: ['which this run has not sent'] };
  }
}

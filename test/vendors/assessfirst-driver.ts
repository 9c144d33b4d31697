import type { AssessFirstSimulator } from '../../simulators/assessfirst/server';
import { defaultAccount, startAssessFirstSimulator } from '../../simulators/assessfirst/server';
import { SEED } from '../../simulators/lever/seed';
import type { PlanTrigger, SeenInvitation, Shown, SimulatedVendor, VendorDriver } from './driver';
import { restError } from './rest-faults';

const invite = 'POST /candidate/send-invitation';
const modelName = 'web designer';
export const tag = (state: string): string => `🦄 AssessFirst: ${state}`;
export const errorTag = 'AssessFirst: Error';

export interface SimulatedAssessFirst extends SimulatedVendor {
  assessfirst: AssessFirstSimulator;
}

export const assessFirstDriver: VendorDriver<SimulatedAssessFirst> = {
  vendor: 'assessfirst',
  async start() {
    const assessfirst = await startAssessFirstSimulator({
      callbackRetries: [],
      events: ['invitation.accepted', 'questionnaire.completed', 'candidate.completed'],
    });
    const { admin } = assessfirst;
    const modelUuid = admin.models().find(({ name }) => name === modelName)?.uuid ?? null;
    return {
      assessfirst,
      env: { ASSESSFIRST_BASE_URL: assessfirst.apiUrl },
      credentials: { ...defaultAccount },
      settings: {
        serviceUserEmail: 'integration.service@customer.example.com',
        // As a tag would say it; the tests of this vendor's own put one on a posting.
        mapping: { [SEED.postings.storeClerk]: `🦄 ${modelName}` },
      },
      postingId: SEED.postings.storeClerk,
      invitations: (email) =>
        admin.applications({ email }).map(({ id, externalId }) => ({ ref: id, assessmentId: externalId })),
      inviteAnswers: () => admin.requests({ operation: invite }).map(({ status }) => status),
      begin: (ref) => void admin.start(ref),
      complete: (ref) => void admin.complete(ref),
      completedAs: 'changed',
      decline: (ref) => void admin.decline(ref),
      expire: null,
      resend: (ref) => admin.resend(ref),
      stranger: (email) => void admin.inviteByHand({ email, modelUuid }),
      besideStranger: 'failed',
      besideEarlier: 'failed',
      fault: (fault) => void admin.fault(restError(fault, invite)),
      mend: () => admin.clearFaults(),
      shows: (trigger, invitation) => shown(assessfirst, trigger, invitation),
      stop: () => assessfirst.stop(),
    };
  },
};

function shown(assessfirst: AssessFirstSimulator, trigger: PlanTrigger, { ref }: SeenInvitation): Shown {
  const { scores, profileUrl } = assessfirst.admin.application(ref);
  const about = `The AssessFirst assessment \\"${modelName}\\"`;
  const result = [
    `${about} was completed.`,
    `Predictive model: ${modelName}`,
    `Global fit: ${scores?.['global']}`,
    `SWIPE: ${scores?.['swipe']}`,
  ].join('\\n');
  const late = `${about} expired before it was completed. AssessFirst cannot withdraw an invitation`;
  switch (trigger) {
    case 'invited':
      return { tags: [tag('Invited')], links: [], notes: [] };
    case 'started':
      return { tags: [tag('In progress')], links: [], notes: [] };
    case 'completed':
      return { tags: [tag('Completed')], links: [], notes: [result] };
    case 'declined':
      return { tags: [errorTag], links: [], notes: [`${about} was declined by the candidate.`] };
    case 'expired':
    case 'expiredHere':
      return { tags: [errorTag], links: [], notes: [late] };
    case 'completedLate':
      return { tags: [tag('Completed')], links: [], notes: [late, `Profile: ${profileUrl}`] };
    case 'failed':
      return { tags: [errorTag], links: [], notes: [`${about} failed: `] };
  }
}

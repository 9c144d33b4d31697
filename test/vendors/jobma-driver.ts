import type { JobmaSimulator } from '../../simulators/jobma/server';
import { defaultAccount, startJobmaSimulator } from '../../simulators/jobma/server';
import { SEED } from '../../simulators/lever/seed';
import type { PlanTrigger, SeenInvitation, Shown, SimulatedVendor, VendorDriver } from './driver';
import { restError } from './rest-faults';

const kitId = '101';
const tag = (state: string): string => `Jobma Interview ${state}`;
const invite = 'POST /interviews';

export interface SimulatedJobma extends SimulatedVendor {
  jobma: JobmaSimulator;
}

export const jobmaDriver: VendorDriver<SimulatedJobma> = {
  vendor: 'jobma',
  async start() {
    const jobma = await startJobmaSimulator({ callbackRetries: [] });
    const { admin } = jobma;
    return {
      jobma,
      env: { JOBMA_BASE_URL: jobma.apiUrl },
      credentials: { accessToken: defaultAccount.accessToken, callbackToken: defaultAccount.webhookToken },
      settings: { defaultAssessment: kitId },
      postingId: SEED.postings.storeClerk,
      invitations: (email) =>
        admin.applications({ email }).map(({ id, jobCode }) => ({ ref: id, assessmentId: jobCode || null })),
      inviteAnswers: () => admin.requests({ operation: invite }).map(({ status }) => status),
      begin: null,
      complete: (ref) => void admin.complete(ref),
      decline: (ref) => void admin.decline(ref),
      expire: (ref) => void admin.expire(ref),
      resend: (ref) => admin.resend(ref),
      stranger: (email) => void admin.inviteByHand({ email, kitId }),
      besideStranger: 'failed',
      fault: (fault) => void admin.fault(restError(fault, invite)),
      mend: () => admin.clearFaults(),
      shows: (trigger, invitation) => shown(jobma, trigger, invitation),
      stop: () => jobma.stop(),
    };
  },
};

function shown(jobma: JobmaSimulator, trigger: PlanTrigger, { ref }: SeenInvitation): Shown {
  const { link, resultsUrl } = jobma.admin.application(ref);
  const about = 'The Jobma interview';
  const links = [link];
  switch (trigger) {
    case 'invited':
    case 'started':
      return { tags: [tag('Invited')], links, notes: [] };
    case 'completed':
      return { tags: [tag('Completed')], links, notes: [`Evaluate it here: ${resultsUrl}`] };
    case 'declined':
      return { tags: [tag('Rejected')], links, notes: ['was rejected at Jobma'] };
    case 'expired':
      return { tags: [tag('Expired')], links, notes: ['expired before it was completed.'] };
    case 'expiredHere':
      return {
        tags: [tag('Expired')],
        links,
        notes: ['expired before it was completed. Jobma cannot withdraw an invitation'],
      };
    case 'completedLate':
      return { tags: [tag('Completed')], links, notes: ['expired before it was completed', resultsUrl] };
    case 'failed':
      return { tags: [tag('Error')], links: [], notes: [`${about} \\"Kit ${kitId}\\" failed`] };
  }
}

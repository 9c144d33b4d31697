import { SEED } from '../../simulators/lever/seed';
import type { FaultInput } from '../../simulators/smg/faults';
import type { SmgSimulator } from '../../simulators/smg/server';
import { defaultAccount, startSmgSimulator } from '../../simulators/smg/server';
import type {
  PlanTrigger,
  SeenInvitation,
  Shown,
  SimulatedVendor,
  VendorDriver,
  VendorFault,
} from './driver';

const positionId = '10002063';
const hub = { username: 'hub', password: 'hub-password' };

export interface SimulatedSmg extends SimulatedVendor {
  smg: SmgSimulator;
}

export const smgDriver: VendorDriver<SimulatedSmg> = {
  vendor: 'smg',
  async start() {
    const smg = await startSmgSimulator({
      callbackLadder: [],
      account: { config: `ext_notify|yes|http_err|503|auth|${hub.username}:${hub.password}` },
    });
    const { admin } = smg;
    return {
      smg,
      env: { SMG_BASE_URL: smg.apiUrl },
      credentials: {
        username: defaultAccount.user,
        password: defaultAccount.password,
        callbackUsername: hub.username,
        callbackPassword: hub.password,
      },
      settings: {},
      postingId: SEED.postings.storeManager,
      invitations: (email) =>
        admin.applications({ email }).map(({ applicationId, fields }) => ({
          ref: applicationId,
          assessmentId: fields['assessment_id'] ?? null,
        })),
      inviteAnswers: () => admin.requests({ command: 'application_create' }).map(({ status }) => status),
      begin: null,
      complete: (ref) => void admin.complete(ref),
      decline: null,
      // SMG tells nobody that an assessment has expired.
      expire: null,
      addressOf: (ref) => String(admin.application(ref).callbackUrl).replace(/\[[^[\]]*\]/, ref),
      resend: (ref) => admin.resendCallback(ref),
      stranger: (email) => askByHand(smg, email),
      besideStranger: 'invited',
      fault: (fault) => void admin.fault(smgFault(fault)),
      mend: () => admin.clearFaults(),
      shows: (trigger, invitation) => shown(smg, trigger, invitation),
      stop: () => smg.stop(),
    };
  },
};

function smgFault(fault: VendorFault): FaultInput {
  const command = 'application_create';
  switch (fault.kind) {
    case 'refused': {
      const { status, times: count, retryAfterSeconds } = fault;
      return { kind: 'http', command, status, count, retryAfterSeconds };
    }
    case 'lost-answer':
    case 'lost-request':
    case 'delay':
      return { ...fault, command };
    default:
      return fault;
  }
}

/** An application that another program of the same customer makes. */
async function askByHand(smg: SmgSimulator, email: string): Promise<void> {
  const { user, password } = defaultAccount;
  const answer = await fetch(smg.apiUrl, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
    },
    body: JSON.stringify({
      command: 'application_create',
      partner_api: true,
      position_id: positionId,
      language_id: 'eng',
      fields: [
        { n: 'email', v: email },
        { n: 'app_full_name', v: 'Somebody' },
      ],
    }),
  });
  const { error_code } = (await answer.json()) as { error_code: number };
  if (error_code !== 0) throw new Error(`SMG answered with error ${error_code}`);
}

function shown(smg: SmgSimulator, trigger: PlanTrigger, { ref }: SeenInvitation): Shown {
  const { appLink, repLink } = smg.admin.application(ref);
  const expired = 'expired before it was completed. SMG cannot withdraw an invitation';
  switch (trigger) {
    case 'invited':
    case 'started':
      return { tags: ['POP-IN-Progress'], links: [appLink], notes: [] };
    case 'completed':
      return { tags: ['POP-Completed'], links: [appLink, repLink], notes: [] };
    case 'expired':
    case 'expiredHere':
      return { tags: ['POP-Error'], links: [appLink], notes: [expired] };
    case 'completedLate':
      return { tags: ['POP-Completed'], links: [appLink, repLink], notes: [expired] };
    case 'declined':
    case 'failed':
      throw new Error(`no scenario of SMG ends ${trigger}`);
  }
}

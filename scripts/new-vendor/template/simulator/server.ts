import { z } from 'zod';
import type { DeskAdmin, RunAdmin } from '../../../../simulators/kit/admin';
import { deskAdmin } from '../../../../simulators/kit/admin';
import { controlRoutes } from '../../../../simulators/kit/control';
import { serveVendor } from '../../../../simulators/kit/serve';
import { acmeRoutes } from './api';
import type { Account, Invitation, Status } from './engine';
import { AcmeEngine } from './engine';
import { acmePages } from './pages';

/** An invitation as a test or another process sees it. */
export interface InvitationView {
  id: string;
  externalId: string | null;
  email: string;
  status: Status;
  link: string;
  reportUrl: string;
}

const outcome = z.strictObject({
  score: z.number().optional(),
  /** As if it had been submitted at the very moment when it was called off. */
  late: z.boolean().optional(),
});

export interface AcmeAdmin extends DeskAdmin, RunAdmin<InvitationView, z.output<typeof outcome>> {
  /** An invitation that somebody at the vendor sends by hand. */
  inviteByHand(candidate: { email: string; assessmentId: string }): InvitationView;
}

export interface AcmeSimulator {
  /** Root of the pages and of `/_control`. */
  url: string;
  /** As `ACME_BASE_URL` wants it. */
  apiUrl: string;
  admin: AcmeAdmin;
  stop(): Promise<void>;
}

export const defaultAccount: Account = {
  apiKey: 'acme-sim-key',
  webhookSecret: 'acme-sim-webhook-secret',
};

const minute = 60_000;

/** Starts Acme Tests, simulated. Listens on 127.0.0.1 only; rejects when the port is taken. */
export async function startAcmeSimulator({
  port,
  callbackRetries = [minute, 5 * minute, 30 * minute],
}: { port?: number; callbackRetries?: readonly number[] } = {}): Promise<AcmeSimulator> {
  const engine = new AcmeEngine(defaultAccount, callbackRetries, acmeRoutes);
  const admin = acmeAdmin(engine);
  const malformed = { status: 400, body: { error: { message: 'The body is no JSON' } } };
  const served = await serveVendor({
    brand: 'Acme Tests',
    apiPath: '/v1',
    api: [engine.desk.router(malformed)],
    control: [controlRoutes(admin, outcome)],
    pages: [acmePages(engine)],
    port,
    listens: (url) => (engine.baseUrl = url),
    stop: () => engine.stop(),
  });
  return { ...served, admin };
}

function acmeAdmin(engine: AcmeEngine): AcmeAdmin {
  const view = (invitation: Invitation): InvitationView => ({
    id: invitation.id,
    externalId: invitation.externalId,
    email: invitation.candidate.email,
    status: engine.statusOf(invitation),
    link: engine.linkOf(invitation),
    reportUrl: engine.reportOf(invitation),
  });
  const become = (id: string, status: Status, how?: { score?: number; late?: boolean }): InvitationView => {
    const invitation = engine.invitation(id);
    engine.become(invitation, status, how);
    void engine.notify(invitation);
    return view(invitation);
  };
  return {
    ...deskAdmin(engine.desk, engine.mailbox, engine.callbacks),
    applications: ({ email } = {}) =>
      engine.invitations(({ candidate }) => email === undefined || candidate.email === email).map(view),
    application: (id) => view(engine.invitation(id)),
    start: (id) => become(id, 'started'),
    complete: (id, { score, late } = {}) =>
      become(id, 'completed', { ...(score !== undefined && { score }), ...(late !== undefined && { late }) }),
    decline: (id) => become(id, 'declined'),
    expire: (id) => become(id, 'expired'),
    resend: (id) => void engine.notify(engine.invitation(id)),
    inviteByHand: ({ email, assessmentId }) =>
      view(
        engine.invite({
          assessmentId,
          externalId: null,
          callbackUrl: undefined,
          candidate: { name: 'Somebody', email },
          expiresAt: null,
        }),
      ),
    clear: () => engine.clear(),
  };
}

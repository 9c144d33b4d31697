import { z } from 'zod';
import type { DeskAdmin, RunAdmin } from '../kit/admin';
import { deskAdmin, WrongState } from '../kit/admin';
import type { SerandEngine } from './engine';
import type { Assessment, Invitation, Status } from './state';

/** An invitation as a test or another process sees it. */
export interface InvitationView {
  id: string;
  assessmentId: string;
  externalId: string | null;
  email: string;
  name: string;
  status: Status;
  callbackUrl: string | null;
  link: string;
  profileUrl: string;
}

const scores = z.strictObject({
  skills: z.number(),
  values: z.number(),
  personality: z.string(),
  culture_fit: z.number(),
  overall: z.number(),
});
export const outcomeSchema = z.strictObject({
  scores: scores.optional(),
  /** As if it had been submitted at the very moment when it was called off. */
  late: z.boolean().optional(),
});
export type Outcome = z.output<typeof outcomeSchema>;

export interface SerandAdmin extends DeskAdmin, RunAdmin<InvitationView, Outcome> {
  assessments(): Assessment[];
  /** As the Assessments page does. Unknown ids throw Error. */
  setAssessment(id: string, change: Partial<Pick<Assessment, 'atsId' | 'isDefault' | 'status'>>): Assessment;
  /** An invitation that somebody at Serand sends by hand. */
  inviteByHand(candidate: { email: string; assessmentId: string }): InvitationView;
  /** Whether the customer's account at Serand is in use. */
  setAccountActive(active: boolean): void;
}

export function serandAdmin(engine: SerandEngine): SerandAdmin {
  const view = (invitation: Invitation): InvitationView => ({
    id: invitation.id,
    assessmentId: invitation.assessmentId,
    externalId: invitation.externalId,
    email: invitation.candidate.email,
    name: `${invitation.candidate.firstName} ${invitation.candidate.lastName}`.trim(),
    status: engine.statusOf(invitation),
    callbackUrl: invitation.callbackUrl ?? null,
    link: engine.linkOf(invitation),
    profileUrl: engine.profileOf(invitation),
  });
  const change = (id: string, how: (invitation: Invitation) => void): InvitationView => {
    const invitation = engine.invitation(id);
    how(invitation);
    void engine.notify(invitation);
    return view(invitation);
  };
  return {
    ...deskAdmin(engine.desk, engine.mailbox, engine.callbacks),
    assessments: () => structuredClone(engine.state.assessments),
    setAssessment: (id, given) => {
      const assessment = engine.state.assessment(id);
      if (assessment === undefined) throw new Error(`No assessment ${id}`);
      return structuredClone(Object.assign(assessment, given));
    },
    applications: (filter) => engine.state.invitations(filter).map(view),
    application: (id) => view(engine.invitation(id)),
    start: (id) => change(id, (invitation) => engine.start(invitation)),
    complete: (id, outcome = {}) => {
      const { scores: given, late } = outcomeSchema.parse(outcome);
      return change(id, (invitation) => engine.complete(invitation, given, late));
    },
    decline: (id) => {
      engine.invitation(id);
      throw new WrongState('Candidates of Serand cannot decline');
    },
    expire: (id) => change(id, (invitation) => engine.end(invitation, 'expired')),
    resend: (id) => void engine.notify(engine.invitation(id)),
    inviteByHand: ({ email, assessmentId }) =>
      view(
        engine.invite({
          assessmentId,
          externalId: null,
          callbackUrl: undefined,
          candidate: { firstName: 'Somebody', lastName: '', email },
          expiresAt: new Date(Date.now() + 86_400_000),
        }),
      ),
    setAccountActive: (active) => void (engine.care.accountActive = active),
    clear: () => engine.clear(),
  };
}

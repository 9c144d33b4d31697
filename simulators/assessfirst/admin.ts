import { z } from 'zod';
import type { DeskAdmin, RunAdmin } from '../kit/admin';
import { deskAdmin } from '../kit/admin';
import type { PartnerAccess } from '../kit/partner';
import type { AssessFirstEngine, EventName } from './engine';
import { Partner } from './partner';
import { scoresOf } from './questionnaires';
import type { Invitation, Model, QuestionnaireName, Status } from './state';
import { questionnaireNames } from './state';

/** An invitation as a test or another process sees it. */
export interface InvitationView {
  id: string;
  candidateUuid: string;
  email: string;
  name: string;
  model: string | null;
  recruiterEmail: string | null;
  externalId: string | null;
  callbackUrl: string | null;
  status: Status;
  completed: QuestionnaireName[];
  missing: QuestionnaireName[];
  scores: Record<string, number | null> | null;
  link: string;
  profileUrl: string;
}

export const outcomeSchema = z.strictObject({
  /** Which questionnaires are completed; default: all that count. */
  questionnaires: z.array(z.enum(questionnaireNames)).optional(),
  /** By the names of the API: `global`, `swipe`, … */
  scores: z.record(z.string(), z.number()).optional(),
});
export type Outcome = z.output<typeof outcomeSchema>;

export interface AssessFirstAdmin extends DeskAdmin, RunAdmin<InvitationView, Outcome> {
  /** From now on the customer can activate Lever under Settings > Integrations. */
  joinPartner(access: PartnerAccess): void;
  models(): Model[];
  setModels(models: readonly Model[]): void;
  /** As if the candidate had completed this questionnaire. */
  answer(id: string, name: QuestionnaireName): InvitationView;
  /** Says this of an invitation, whether it is so or not. */
  say(id: string, event: EventName, assessment?: QuestionnaireName): void;
  /** An invitation that somebody at AssessFirst sends by hand. */
  inviteByHand(candidate: { email: string; modelUuid: string | null }): InvitationView;
}

export function assessFirstAdmin(engine: AssessFirstEngine): AssessFirstAdmin {
  const { state } = engine;
  const view = (invitation: Invitation): InvitationView => ({
    id: invitation.uuid,
    candidateUuid: invitation.candidateUuid,
    email: invitation.email,
    name: `${invitation.firstname} ${invitation.lastname}`,
    model: state.model(invitation.modelUuid)?.name ?? null,
    recruiterEmail: invitation.recruiterEmail,
    externalId: invitation.externalId,
    callbackUrl: invitation.callbackUrl,
    status: invitation.status,
    completed: questionnaireNames.filter((name) => invitation.completed[name] !== undefined),
    missing: engine.missing(invitation),
    scores: scoresOf(invitation, state.demanded(invitation)),
    link: engine.linkOf(invitation),
    profileUrl: engine.profileOf(invitation),
  });
  /** What changes happens at once; the webhooks about it go out in the background, one after another. */
  const doing = (id: string, act: (invitation: Invitation) => Promise<void> | void): InvitationView => {
    const invitation = engine.invitation(id);
    void act(invitation);
    return view(invitation);
  };
  return {
    ...deskAdmin(engine.desk, engine.mailbox, engine.callbacks),
    joinPartner: (access) => void (engine.partner = new Partner(access)),
    models: () => structuredClone(state.models),
    setModels: (models) => void (state.models = structuredClone([...models])),
    applications: (filter) => state.invitations(filter).map(view),
    application: (id) => view(engine.invitation(id)),
    start: (id) => doing(id, (invitation) => engine.accept(invitation)),
    answer: (id, name) => doing(id, (invitation) => engine.answer(invitation, name)),
    complete: (id, outcome = {}) => {
      const { questionnaires, scores } = outcomeSchema.parse(outcome);
      return doing(id, (invitation) =>
        engine.finish(invitation, questionnaires ?? state.demanded(invitation), scores),
      );
    },
    decline: (id) => doing(id, (invitation) => engine.end(invitation, 'declined')),
    expire: (id) => doing(id, (invitation) => engine.end(invitation, 'expired')),
    resend: (id) => void engine.resend(engine.invitation(id)),
    say: (id, event, assessment) => void engine.tell(engine.invitation(id), event, assessment ?? null),
    inviteByHand: ({ email, modelUuid }) =>
      view(
        engine.invite({
          email,
          modelUuid,
          firstname: 'Somebody',
          lastname: 'Known',
          recruiterEmail: null,
          externalId: null,
          callbackUrl: null,
          locale: 'en-US',
        }),
      ),
    clear: () => engine.clear(),
  };
}

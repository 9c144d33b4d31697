import { z } from 'zod';
import type { DeskAdmin, RunAdmin } from '../kit/admin';
import { deskAdmin } from '../kit/admin';
import type { JobmaEngine } from './engine';
import type { JobmaPartnerAccess } from './partner';
import { Partner } from './partner';
import type { Evaluation, Interview, Kit, Status } from './state';
import { decisions } from './state';

/** An interview as a test or another process sees it. */
export interface InterviewView extends Evaluation {
  id: string;
  kitId: string;
  jobId: string;
  jobCode: string;
  jobTitle: string;
  email: string;
  name: string;
  status: Status;
  callbackUrl: string | null;
  link: string;
  resultsUrl: string;
}

const evaluation = z.strictObject({
  score: z.number().min(0).max(100).nullable().optional(),
  rating: z.number().min(1).max(5).nullable().optional(),
  decision: z.enum(decisions).nullable().optional(),
});
export const outcomeSchema = evaluation.extend({ answers: z.record(z.string(), z.string()).optional() });
export type Outcome = z.output<typeof outcomeSchema>;

export interface JobmaAdmin extends DeskAdmin, RunAdmin<InterviewView, Outcome> {
  kits(): Kit[];
  /** Changes the evaluation of a finished interview and tells the receiver. */
  evaluate(id: string, change: z.input<typeof evaluation>): InterviewView;
  /** An interview that somebody at Jobma sends by hand. */
  inviteByHand(candidate: { email: string; kitId: string }): InterviewView;
  /** Tells the integration pages where their partner is. */
  joinPartner(access: JobmaPartnerAccess): void;
}

export function jobmaAdmin(engine: JobmaEngine): JobmaAdmin {
  const view = (interview: Interview): InterviewView => ({
    id: interview.token,
    kitId: interview.kitId,
    jobId: interview.jobId,
    jobCode: interview.jobCode,
    jobTitle: interview.jobTitle,
    email: interview.candidate.email,
    name: `${interview.candidate.firstName} ${interview.candidate.lastName}`.trim(),
    status: interview.status,
    score: interview.score,
    rating: interview.rating,
    decision: interview.decision,
    callbackUrl: interview.callbackUrl ?? null,
    link: engine.linkOf(interview),
    resultsUrl: engine.resultsOf(interview),
  });
  const changed = (interview: Interview): InterviewView => {
    void engine.notify(interview);
    return view(interview);
  };
  return {
    ...deskAdmin(engine.desk, engine.mailbox, engine.callbacks),
    kits: () => structuredClone(engine.state.kits),
    applications: (filter) => engine.state.interviews(filter).map(view),
    application: (id) => view(engine.interview(id)),
    start: (id) => {
      const interview = engine.interview(id);
      engine.start(interview);
      return view(interview);
    },
    complete: (id, outcome = {}) => {
      const interview = engine.interview(id);
      engine.complete(interview, given(outcomeSchema.parse(outcome)));
      return changed(interview);
    },
    decline: (id) => {
      const interview = engine.interview(id);
      engine.reject(interview);
      return changed(interview);
    },
    expire: (id) => {
      const interview = engine.interview(id);
      engine.expire(interview);
      return changed(interview);
    },
    evaluate: (id, change) => {
      const interview = engine.interview(id);
      engine.evaluate(interview, given(evaluation.parse(change)));
      return changed(interview);
    },
    resend: (id) => void engine.notify(engine.interview(id)),
    inviteByHand: ({ email, kitId }) =>
      view(
        engine.invite({
          kitId,
          jobId: '',
          jobCode: '',
          jobTitle: '',
          callbackUrl: undefined,
          candidate: { firstName: 'Somebody', lastName: '', email, phone: '' },
        }),
      ),
    joinPartner: (access) => void (engine.partner = new Partner(access)),
    clear: () => engine.clear(),
  };
}

/** Without its undefined members, which `exactOptionalPropertyTypes` tells from missing ones. */
function given<T extends object>(change: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

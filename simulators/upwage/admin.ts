import { z } from 'zod';
import type { DeskAdmin, RunAdmin } from '../kit/admin';
import { deskAdmin } from '../kit/admin';
import type { Finish, UpwageEngine } from './engine';
import type { DocumentKind, Screener, Session } from './state';

const kinds = [
  'pdf',
  'stored',
  'untyped',
  'large',
  'too-large',
  'endless',
  'redirect',
  'page',
  'wrong-hash',
  'gone',
  'private',
  'none',
] as const satisfies readonly DocumentKind[];

export const finishSchema: z.ZodType<Finish> = z.strictObject({
  outcome: z.enum(['PASSED', 'FAILED', 'INCOMPLETE']).optional(),
  score: z.number().optional(),
  answers: z
    .array(
      z.strictObject({ question: z.string(), answer: z.string(), verdict: z.enum(['PASS', 'FAIL', 'INFO']) }),
    )
    .optional(),
});

/** Somebody who talks to a screener. */
export const sessionSchema = z.strictObject({
  screenerId: z.string(),
  name: z.string().default('Dana Example'),
  email: z.email().nullable().default(null),
  phone: z.string().nullable().default(null),
  leverOpportunityId: z.string().nullable().default(null),
  /** Instead of the screener's own. */
  leverJobId: z.string().nullable().default(null),
  document: z.enum(kinds).default('pdf'),
});
export type NewSession = z.input<typeof sessionSchema>;

export type SessionView = Omit<Session, 'link' | 'finishedAt'> & { link: string; finishedAt: string | null };

export interface UpwageAdmin extends DeskAdmin, RunAdmin<SessionView, Finish> {
  /** Where events go from now on: the connection's `callbackUrl`. */
  sendTo(callbackUrl: string): void;
  /** The staff's link to connect Lever with, from now on shown to the customer's admins. */
  offerLink(connectLink: string): void;
  /** As made on the page for new screeners. */
  addScreener(name: string, leverJobId: string): Screener;
  screeners(): Screener[];
  open(session: NewSession): SessionView;
  /** What is behind the document's address from now on. */
  setDocument(id: string, kind: DocumentKind): void;
}

export function upwageAdmin(engine: UpwageEngine): UpwageAdmin {
  const view = (session: Session): SessionView => ({
    ...structuredClone(session),
    link: engine.linkOf(session),
    finishedAt: session.finishedAt?.toISOString() ?? null,
  });
  const complete = (id: string, finish: Finish = {}): SessionView => {
    const session = engine.session(id);
    engine.finish(session, finish);
    void engine.notify(session);
    return view(session);
  };
  return {
    ...deskAdmin(engine.desk, engine.mailbox, engine.callbacks),
    sendTo: (callbackUrl) => void (engine.callbackUrl = callbackUrl),
    offerLink: (connectLink) => void (engine.connectLink = connectLink),
    addScreener: (name, leverJobId) => structuredClone(engine.state.addScreener(name, leverJobId)),
    screeners: () => structuredClone(engine.state.screeners),
    open: (given) => {
      const { name, email, phone, ...session } = sessionSchema.parse(given);
      const [firstName = '', ...rest] = name.split(' ');
      return view(
        engine.open({ ...session, candidate: { firstName, lastName: rest.join(' '), email, phone } }),
      );
    },
    setDocument: (id, kind) => void (engine.session(id).document = kind),
    applications: (filter) => engine.state.sessions(filter).map(view),
    application: (id) => view(engine.session(id)),
    start: (id) => {
      const session = engine.session(id);
      engine.start(session);
      return view(session);
    },
    complete,
    // Who says no, and who is not heard of any more, was screened in part.
    decline: (id) => complete(id, { outcome: 'INCOMPLETE' }),
    expire: (id) => complete(id, { outcome: 'INCOMPLETE' }),
    resend: (id) => void engine.notify(engine.session(id)),
    clear: () => engine.clear(),
  };
}

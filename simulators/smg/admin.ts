import { z } from 'zod';
import type { CallbackAttempt } from '../kit/callbacks';
import type { Message } from '../kit/mailbox';
import type { Position } from './catalogue';
import type { LoggedRequest, SmgEngine } from './engine';
import type { ActiveFault, FaultInput } from './faults';
import type { Account, Application, Status } from './state';
import { fieldOf, statusOf } from './state';
import { errorCodes, SmgError } from './wire';

/** An application as a test or another process sees it. Times are ISO, null where they have not come. */
export interface ApplicationView {
  applicationId: string;
  positionId: string;
  position: string;
  email: string;
  fullName: string;
  status: Status;
  fields: Record<string, string>;
  callbackUrl: string | null;
  appLink: string;
  repLink: string;
  createdAt: string;
  startedAt: string | null;
  completedAt: string | null;
}

export interface ApplicationFilter {
  email?: string | undefined;
  positionId?: string | undefined;
  status?: Status | undefined;
}

export interface RequestFilter {
  command?: string | undefined;
  applicationId?: string | undefined;
  /** ISO time; only requests received at or after it. */
  since?: string | undefined;
}

const scores = z.strictObject({
  score: z.number().optional(),
  score_final: z.number().optional(),
  traits: z.record(z.string(), z.number()).optional(),
});
const answer = z.strictObject({
  q: z.string(),
  a: z.union([z.int().min(1).max(5), z.string()]),
});
export const completionSchema = z.strictObject({
  scores: scores.optional(),
  answers: z.array(answer).optional(),
});
export type Completion = z.input<typeof completionSchema>;

export const positionsSchema = z
  .array(z.strictObject({ position_id: z.string().regex(/^\d{1,20}$/), aname: z.string().min(1) }))
  .min(1);

export const accountSchema = z.strictObject({
  account_id: z.string().regex(/^\d{1,20}$/),
  user: z
    .string()
    .min(1)
    .regex(/^[^:]+$/, 'must not hold a colon (HTTP Basic)'),
  password: z.string(),
  config: z.string(),
  reportSections: z.array(z.strictObject({ title: z.string().min(1), text: z.string() })),
});

/** Typed control of the simulated vendor, for tests in the same process; `/_control` offers the same over HTTP. */
export interface SmgAdmin {
  positions(): Position[];
  setPositions(positions: Position[]): void;
  account(): Account;
  /** Changes what is given, from the next request and callback on. */
  setAccount(change: Partial<Account>): Account;
  applications(filter?: ApplicationFilter): ApplicationView[];
  /** Throws SmgError 1702 for an id it does not know; so do the four below. */
  application(applicationId: string): ApplicationView;
  /** As if the candidate had submitted; the callback goes out in the background. Throws SmgError 1705, 1706. */
  complete(applicationId: string, completion?: Completion): ApplicationView;
  expire(applicationId: string): ApplicationView;
  cancel(applicationId: string): ApplicationView;
  /** Sends the callback of a completed application once more. Throws SmgError 1704 before completion. */
  resendCallback(applicationId: string): void;
  mailbox(filter?: { to?: string | undefined }): Message[];
  requests(filter?: RequestFilter): LoggedRequest[];
  callbacks(filter?: { applicationId?: string | undefined }): CallbackAttempt[];
  /** Switches one fault on and returns its id. Throws a ZodError for an unknown kind or member. */
  fault(rule: FaultInput): string;
  faults(): ActiveFault[];
  clearFaults(): void;
  /** Forgets applications, mail, requests, callbacks (waiting ones too) and faults; account and positions stay. */
  clear(): void;
}

export function smgAdmin(engine: SmgEngine): SmgAdmin {
  const { state, faults, notifier, requests } = engine;
  const find = (id: string): Application => {
    const application = state.application(id);
    if (!application) throw new SmgError(errorCodes.unknownApplication, `No application ${id}`);
    return application;
  };
  const view = (application: Application): ApplicationView => ({
    applicationId: application.id,
    positionId: application.positionId,
    position: state.positionName(application.positionId),
    email: application.email,
    fullName: fieldOf(application, 'app_full_name'),
    status: statusOf(application),
    fields: Object.fromEntries(application.fields.map(({ n, v }) => [n, v])),
    callbackUrl: application.callbackUrl ?? null,
    appLink: engine.appLink(application),
    repLink: engine.repLink(application),
    createdAt: application.createdAt.toISOString(),
    startedAt: application.startedAt?.toISOString() ?? null,
    completedAt: application.completedAt?.toISOString() ?? null,
  });
  const end = (id: string, how: 'expired' | 'cancelled'): ApplicationView => {
    const application = find(id);
    engine.end(application, how);
    return view(application);
  };

  return {
    positions: () => structuredClone(state.positions),
    setPositions: (positions) => {
      state.positions = positionsSchema.parse(positions);
    },
    account: () => structuredClone(state.account),
    setAccount: (change) => {
      state.account = accountSchema.parse({ ...state.account, ...change });
      return structuredClone(state.account);
    },
    applications: ({ email, positionId, status } = {}) =>
      (email === undefined ? state.applications() : [...state.applicationsOf(email)])
        .map(view)
        .filter(
          (seen) =>
            (positionId === undefined || seen.positionId === positionId) &&
            (status === undefined || seen.status === status),
        ),
    application: (id) => view(find(id)),
    complete: (id, completion = {}) => {
      const application = find(id);
      const given = completionSchema.parse(completion);
      engine.complete(application, {
        ...(given.scores && { scores: given.scores }),
        ...(given.answers && { answers: given.answers }),
      });
      void notifier.notify(application);
      return view(application);
    },
    expire: (id) => end(id, 'expired'),
    cancel: (id) => end(id, 'cancelled'),
    resendCallback: (id) => {
      const application = find(id);
      if (!application.completedAt) {
        throw new SmgError(errorCodes.notCompleted, `Application ${id} is not completed`);
      }
      void notifier.notify(application);
    },
    mailbox: (filter) => engine.mailbox.list(filter),
    requests: ({ command, applicationId, since } = {}) =>
      requests.list(
        (entry) =>
          (command === undefined || entry.command === command) &&
          (applicationId === undefined || entry.applicationId === applicationId),
        since,
      ),
    callbacks: (filter) => notifier.attempts(filter),
    fault: (rule) => faults.set(rule),
    faults: () => faults.active(),
    clearFaults: () => faults.clear(),
    clear: () => engine.clear(),
  };
}

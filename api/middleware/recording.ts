import type { RequestHandler, Response } from 'express';
import type { ApiToken } from '../../db/repositories/tokens';
import type { Place, Reach } from '../../domain/access';
import type { AuditChanges } from '../../domain/audit';
import { errorKinds, FulcrumError } from '../../domain/errors';
import type { Logger } from '../../platform/log';
import type { AuditWriter } from '../audit';
import { createAllowance } from '../ingress/row-budget';
import { principalOf } from './principal';
import { requestIdOf } from './request-id';

/** What a handler tells of what it has done, for its line in the audit. Nothing of candidates but ids. */
export interface Note extends Partial<Place> {
  /** Default: the id in the address. */
  target?: string;
  /** Only fields that changed; of secrets only that they did. */
  changes?: AuditChanges;
  /** Counts, ids and codes. */
  more?: Record<string, unknown>;
}

/** One request on its way into the audit. */
export interface Attempt {
  action: string;
  /** As the address names it; only what has the form of an id is written down. */
  id: string | undefined;
  reason: string | undefined;
}

export interface Recorder {
  /** Before a change. @throws FulcrumError `db.unavailable`: then the change is not made */
  intended(attempt: Attempt, res: Response): Promise<string>;
  /** @throws FulcrumError `db.unavailable` */
  done(attempt: Attempt, res: Response, intendedId: string | null): Promise<void>;
  /** Never throws: the refusal itself is the answer. */
  refused(attempt: Attempt, res: Response, error: unknown, intendedId: string | null): Promise<void>;
  /** Somebody tries a token that has expired or was revoked. Never throws. */
  spentToken(token: ApiToken): Promise<void>;
}

/** Lines about refusals of one token: whoever repeats them for ever fills no disk. What has no line is counted in the next. */
const refusals = { rows: 300, everyMs: 10_000 };

const idForm = /^(?:con|asm|dlv|lnk|tok|era)_[\w-]{1,60}$/;

export function createRecorder(audit: AuditWriter, log: Pick<Logger, 'error'>): Recorder {
  const mayRefuse = createAllowance(refusals);
  const untold = new Map<string, number>();

  const entryOf = ({ action, id, reason }: Attempt, res: Response) => {
    const { actor, label, reach } = principalOf(res);
    const { target, vendor, connectionId, changes, more }: Note = noteOf(res);
    const named = target ?? (id !== undefined && idForm.test(id) ? id : 'none');
    return {
      actor,
      action,
      target: named,
      // A line of a token whose reach is small is within that reach, whatever it was about.
      ...placeWithin(reach, { vendor: vendor ?? null, connectionId: connectionId ?? null }),
      detail: {
        ...(label !== null && { label }),
        ...(reason !== undefined && { reason }),
        ...(changes !== undefined && { changes }),
        ...more,
        requestId: requestIdOf(res),
      },
    };
  };

  /** Null: this one is only counted. */
  const allowed = (actor: string): { untoldBefore?: number } | null => {
    const before = untold.get(actor) ?? 0;
    const isTold = mayRefuse(actor, Date.now());
    if (isTold) untold.delete(actor);
    else untold.set(actor, before + 1);
    if (!isTold) return null;
    return before > 0 ? { untoldBefore: before } : {};
  };

  const unlessAway = async (write: () => Promise<unknown>): Promise<void> => {
    try {
      await write();
    } catch (error) {
      log.error({ err: error }, 'a line of the audit was not written');
    }
  };

  return {
    intended: (attempt, res) => audit({ ...entryOf(attempt, res), outcome: 'intended' }),

    async done(attempt, res, intendedId) {
      const write = () => audit({ ...entryOf(attempt, res), outcome: 'done', intendedId });
      // The change is made: an error would have its sender make it again, and the intention is on record.
      await (intendedId === null ? write() : unlessAway(write));
    },

    async refused(attempt, res, error, intendedId) {
      const entry = entryOf(attempt, res);
      // What was intended always gets its end.
      const more = intendedId === null ? allowed(entry.actor) : {};
      if (more === null) return;
      const code = error instanceof FulcrumError ? error.code : 'internal';
      const outcome = errorKinds[code].status < 500 ? 'refused' : 'failed';
      const detail = { ...entry.detail, ...more };
      await unlessAway(() => audit({ ...entry, detail, outcome, code, intendedId }));
    },

    async spentToken({ id, label, reach }) {
      const more = allowed(id);
      if (more === null) return;
      const place = placeWithin(reach, { vendor: null, connectionId: null });
      const entry = { actor: id, action: 'token.used', target: id, ...place, detail: { label, ...more } };
      await unlessAway(() => audit({ ...entry, outcome: 'refused', code: 'auth.missing' }));
    },
  };
}

const placeWithin = (reach: Reach, place: Place): Place => {
  if (reach.kind === 'vendor') return { ...place, vendor: place.vendor ?? reach.vendor };
  if (reach.kind === 'connection') {
    return { ...place, connectionId: place.connectionId ?? reach.connectionId };
  }
  return place;
};

/** What is known so far of what this request does; handlers add to it. */
function noteOf(res: Response): Note {
  return (res.locals['note'] ??= {}) as Note;
}

/** Adds to what the audit is told of this request. */
export function note(res: Response, told: Note): void {
  Object.assign(noteOf(res), told);
}

export const recording =
  (recorder: Recorder): RequestHandler =>
  (_req, res, next) => {
    res.locals['recorder'] = recorder;
    next();
  };

export const recorderOf = (res: Response): Recorder => res.locals['recorder'] as Recorder;

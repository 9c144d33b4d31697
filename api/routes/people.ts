import { Router } from 'express';
import type { Erasure, Erasures } from '../../db/repositories/erasures';
import type { Connection, LeverEnvironment } from '../../domain/connection';
import type { PersonOfCustomer } from '../../domain/erasure';
import { FulcrumError } from '../../domain/errors';
import { principalOf } from '../middleware/principal';
import { methodNotAllowed } from '../middleware/problem';
import { note } from '../middleware/recording';
import { serve } from '../openapi/operation';
import { erasePerson, type ErasureAnswer, getErasure, previewErasure } from '../openapi/operations/people';
import { isoTime, isoTimeOrNull } from '../times';

export interface PeopleRoutesDeps {
  erasures: Pick<Erasures, 'preview' | 'digestOf' | 'request' | 'get'>;
  connections: () => Connection[];
  canWithdraw: (vendor: Connection['vendor']) => boolean;
  /** @throws FulcrumError `temporal.unavailable` */
  start: (erasureId: string) => Promise<void>;
}

interface Whose {
  customer?: string | undefined;
  environment?: LeverEnvironment | undefined;
  connection?: string | undefined;
  email?: string | undefined;
  opportunity?: string | undefined;
}

/** Long enough to read what is shown and to ask somebody. */
const confirmWithinMs = 30 * 60_000;

/** `/people` of `/api/v1`: erasing a person of one customer (decision 0044). */
export function peopleRoutes(deps: PeopleRoutesDeps): Router {
  const router = Router();
  const { erasures } = deps;

  const personOf = ({ customer, environment, connection, email, opportunity }: Whose): PersonOfCustomer => {
    const all = deps.connections();
    const one = connection === undefined ? undefined : all.find(({ id }) => id === connection);
    if (connection !== undefined && one === undefined) {
      throw new FulcrumError('not_found', 'There is no such connection: list them with GET /connections.');
    }
    const whose = {
      customer: one?.customer ?? customer ?? '',
      environment: one?.environment ?? environment ?? ('production' as const),
    };
    const connectionIds = all
      .filter((each) => each.customer === whose.customer && each.environment === whose.environment)
      .map(({ id }) => id)
      .sort();
    if (connectionIds.length === 0) {
      throw new FulcrumError(
        'not_found',
        `No ${whose.environment} connection has this customer: GET /connections lists the names as they are written.`,
      );
    }
    return {
      ...whose,
      connectionIds,
      named: email === undefined ? { opportunityId: opportunity ?? '' } : { email },
    };
  };

  const confirmationOf = async (
    person: PersonOfCustomer,
    runs: readonly { assessmentId: string }[],
    until: number,
  ): Promise<string> =>
    `${until}.${await erasures.digestOf(person, [String(until), ...runs.map(({ assessmentId }) => assessmentId)])}`;

  serve(router, previewErasure, async ({ body }) => {
    const person = personOf(body);
    const { runs, counts } = await erasures.preview(person);
    const until = Date.now() + confirmWithinMs;
    return {
      customer: person.customer,
      environment: person.environment,
      counts,
      assessments: runs.map((run) => ({
        id: run.assessmentId,
        connection: run.connectionId,
        vendor: run.vendor,
        status: run.status,
        open: run.isOpen,
        withdraws: deps.canWithdraw(run.vendor),
      })),
      confirmation: await confirmationOf(person, runs, until),
      confirmBefore: isoTime(until),
    };
  });

  serve(router, erasePerson, async ({ body }, res) => {
    const person = personOf(body);
    if (body.confirmation !== undefined) {
      const until = Number(body.confirmation.split('.')[0]);
      const { runs } = await erasures.preview(person);
      const isSame = body.confirmation === (await confirmationOf(person, runs, until));
      if (!isSame || !(Date.now() < until)) {
        throw new FulcrumError(
          'conflict',
          'The confirmation is not of this request, is too old, or there are other runs by now: nothing was erased. Ask for a new preview.',
        );
      }
    }
    const { actor } = principalOf(res);
    const { id, joined } = await erasures.request(person, actor);
    const { customer, environment } = person;
    note(res, { target: id, more: { customer, environment, joined } });
    await started(id);
    return { id, joined };
  });

  /** The request is stored: it goes on when it is sent again. */
  const started = async (id: string): Promise<void> => {
    try {
      await deps.start(id);
    } catch (error) {
      if (!(error instanceof FulcrumError) || error.code !== 'temporal.unavailable') throw error;
      throw new FulcrumError(
        'temporal.unavailable',
        'Temporal cannot be reached, so nothing is erased yet. Send the request again later.',
        { cause: error },
      );
    }
  };

  serve(router, getErasure, async ({ params }) => {
    const erasure = await erasures.get(params.id);
    if (erasure === null) throw new FulcrumError('not_found', 'There is no such erasure.');
    return present(erasure);
  });

  router.all('/people/erase', methodNotAllowed('POST'));
  router.all('/people/erase/preview', methodNotAllowed('POST'));
  router.all('/people/erasures/:id', methodNotAllowed('GET'));
  return router;
}

const present = (erasure: Erasure): ErasureAnswer => ({
  id: erasure.id,
  customer: erasure.customer,
  environment: erasure.environment,
  status: erasure.status,
  requestedAt: isoTime(erasure.requestedAt),
  finishedAt: isoTimeOrNull(erasure.finishedAt),
  counts: erasure.counts,
  atVendors: erasure.atVendors.map(({ assessmentId, connectionId, ...rest }) => ({
    assessment: assessmentId,
    connection: connectionId,
    ...rest,
  })),
});

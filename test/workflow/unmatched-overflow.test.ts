import { Client as PgClient } from 'pg';
import { mostUnmatched } from '../../db/delivery-queue';
import { ended, invitedApplicant, operator, runOf } from '../helpers/actions';
import { until } from '../helpers/until';
import { useWorld } from '../helpers/use-world';
import { startWorld } from '../helpers/world';

/** Callbacks of runs that nobody knows may be let go, because every run that is known asks for itself. */

const world = useWorld(() => startWorld({ env: { POLL_INTERVAL_MIN: '100d', POLL_INTERVAL_MAX: '100d' } }));

const looksFor = (applicationId: string): number =>
  world.smg.admin.requests({ command: 'application_get', applicationId }).length;

it('when more wait than are kept, each open invitation of the connection asks its vendor once', async () => {
  const [one, other] = [await invitedApplicant(world), await invitedApplicant(world)];
  const ids = [one, other].map(({ application }) => application.applicationId);
  // Finished, and the only call about it is among those that go.
  world.smg.admin.fault({ kind: 'lost-callback' });
  world.smg.admin.complete(ids[0] as string);
  const before = ids.map(looksFor);

  const database = new PgClient({ connectionString: world.databaseUrl });
  await database.connect();
  await database.query(
    `insert into deliveries (id, source, connection_id, event_key, event, received_at, verdict, reference)
     select 'flood-' || n, 'smg', $1, n, 'completed', now(), 'unmatched', 'nobody-' || n
     from generate_series(1, ${mostUnmatched + 500}) as n`,
    [world.connection.id],
  );
  await database.end();

  await ended(world, one, 'completed');
  await until(
    'the other one was asked about',
    () => looksFor(ids[1] as string),
    (looks) => looks > (before[1] as number),
  );
  const path = `/deliveries/tallies?connection=${world.connection.id}`;
  const { body } = await until(
    'those that went are counted',
    () => operator<{ data: { verdict: string; count: number }[] }>(world, 'GET', path),
    (answer) => answer.body.data.length > 0,
  );
  expect(body.data).toMatchObject([{ verdict: 'unmatched', count: 500 }]);
  // Told once; how often it then looks is SMG's own matter.
  const { workflowId } = await runOf(world, other);
  const { events } = await world.client.workflow.getHandle(workflowId).fetchHistory();
  const signals = (events ?? []).map((event) => event.workflowExecutionSignaledEventAttributes?.signalName);
  expect(signals.filter((name) => name === 'vendorNews')).toHaveLength(1);
});

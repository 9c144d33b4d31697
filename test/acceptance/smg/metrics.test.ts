import { freePort } from '../../../scripts/embedded/machine';
import { startConnectWorld } from '../../api/connect-world';
import { ended, invitedApplicant, metricsOf } from '../../helpers/actions';
import { useWorld } from '../../helpers/use-world';
import { accepts, atConsent } from '../people/customer';
import { somebody } from '../people/person';

/** What is registered and never moves tells an operator that all is well, whatever happens. */

let workersPort: number;
const world = useWorld(async () => {
  workersPort = await freePort();
  return startConnectWorld({ METRICS_PORT: String(workersPort) });
});

/** Those of Node's own come and go with what the process does. */
const ofNode = /^fulcrum_(?:nodejs|process)_/;

/** Names of the hub's own metrics that are registered, and of those that have a sample. */
function read(text: string): { registered: string[]; sampled: Set<string> } {
  const lines = text.split('\n');
  const registered = lines.flatMap((line) => /^# TYPE (fulcrum_\w+) /.exec(line)?.[1] ?? []);
  const sampled = lines.flatMap((line) => /^(fulcrum_\w+)[ {]/.exec(line)?.[1] ?? []);
  return {
    registered,
    sampled: new Set(sampled.flatMap((name) => [name, name.replace(/_(?:count|sum|bucket)$/, '')])),
  };
}

test('every metric has a sample once a customer has connected and a candidate has finished', async () => {
  const person = await invitedApplicant(world);
  world.smg.admin.complete(person.application.applicationId);
  await ended(world, person, 'completed');
  await world.freeTheAccount();
  const superAdmin = somebody();
  await accepts(superAdmin, await atConsent(superAdmin, (await world.newLink('Acme')).url));

  const ofApi = read(await metricsOf(world));
  const silent = ofApi.registered.filter((name) => !ofNode.test(name) && !ofApi.sampled.has(name));
  expect(silent).toEqual([]);
  const ofWorkers = await (await fetch(`http://127.0.0.1:${workersPort}/metrics`)).text();
  for (const target of ['lever', 'smg']) {
    expect(ofWorkers).toMatch(new RegExp(`fulcrum_outbound_requests_total\\{[^}]*target="${target}"`));
    expect(ofWorkers).toMatch(new RegExp(`fulcrum_outbound_seconds_count\\{[^}]*target="${target}"`));
  }
});

import { createLogger } from '../../platform/log';
import { applicant, ended, inLever, liveRun, move, runOf } from '../helpers/actions';
import { until } from '../helpers/until';
import { useWorld } from '../helpers/use-world';
import type { RuleWorld } from '../rule/rule-world';
import { startRuleWorld } from '../rule/rule-world';
import { assessFirstDriver } from '../vendors/assessfirst-driver';
import type { VendorDriver } from '../vendors/driver';
import { jobmaDriver } from '../vendors/jobma-driver';
import { serandDriver } from '../vendors/serand-driver';
import { smgDriver } from '../vendors/smg-driver';
import { standardDriver } from '../vendors/standard-driver';
import { answers, converse, finished, session, startUpwageWorld } from '../vendors/upwage-world';
import { invitedPerson } from '../vendors/vendor-world';
import { leaks } from './leaks';

/**
 * A vendor that refuses may quote whom it refused, anywhere in its answer, and Lever likewise. Such words go where they are
 * sealed; a log and a metric name type, code and place.
 */

const logged: string[] = [];
const log = createLogger({
  level: 'trace',
  name: 'hub',
  destination: { write: (line) => void logged.push(line) },
});

const firstName = 'Zephyrine';
const lastName = 'Quillfeather';
const phone = '+1 555 010 7788';
const words = [firstName, lastName, 'personal.example', '010 7788', '5550107788'];
let people = 0;
const someone = () => ({
  name: `${firstName} ${lastName}`,
  email: `${firstName}.${lastName}.${(people += 1)}@personal.example`.toLowerCase(),
});

/** The person wherever some vendor's refusal has room for words, in capitals and small. */
function quoting({ name, email }: { name: string; email: string }, status: number): string {
  const said = `${name} <${email}> ${phone} was refused, ${name.toLowerCase()} as well`;
  const code = name.replace(' ', '.');
  const error = { code, message: said, name, errors: { [code]: said, [email]: [said] } };
  return JSON.stringify({
    ...error,
    error,
    // SMG refuses with 200.
    ...(status === 200 && { error_code: 1713 }),
    error_text: said,
    title: said,
    detail: said,
    reason: said,
    data: error,
  });
}

const answer = (person: { name: string; email: string }, status: number) => ({
  status,
  headers: { 'content-type': 'application/json', 'x-request-id': person.name.replace(' ', '.') },
  body: quoting(person, status),
});

const drivers: [string, VendorDriver][] = [
  ['smg', smgDriver],
  ['assessfirst', assessFirstDriver],
  ['jobma', jobmaDriver],
  ['serand', serandDriver],
  ['standard', standardDriver],
];

/** What the log holds that it must not. */
const found = (): string[] => logged.flatMap((line) => leaks('log', Buffer.from(line), words));

/** Every value of every label. */
async function labelsOf(world: Pick<RuleWorld, 'api'>): Promise<string[]> {
  const text = await (
    await fetch(`${world.api.url}/metrics`, {
      headers: { authorization: `Bearer ${world.api.operatorToken}` },
    })
  ).text();
  return [...text.matchAll(/="([^"]*)"/g)].map(([, value]) => value ?? '');
}

async function namesNobody(world: Pick<RuleWorld, 'api'>, failure: RegExp): Promise<void> {
  // The search looks at the right place: what has failed is there, by its code.
  await until(
    'the failures are in the log',
    () => logged.filter((line) => failure.test(line)),
    ({ length }) => length > 0,
  );
  expect(found()).toEqual([]);
  const labels = await labelsOf(world);
  expect(labels.length).toBeGreaterThan(10);
  expect(labels.filter((value) => leaks('label', Buffer.from(value), words).length > 0)).toEqual([]);
  // Words of the hub's own, and bounds of buckets.
  expect(labels.filter((value) => !/^[\w.+-]{1,40}$/.test(value))).toEqual([]);
}

describe.each(drivers)('when %s quotes a person in every refusal', (id, driver) => {
  const world = useWorld(() => startRuleWorld(driver, {}, { log }));

  it.each(id === 'smg' ? [200, 400, 500] : [400, 404, 409, 422, 500])(
    'with %i to the invitation, no log line and no label does',
    async (status) => {
      const person = applicant(world, { postingId: world.vendor.postingId, ...someone() });
      const disturbing = world.gates.vendor.disturb({
        matches: ({ body }) => body.toString().toLowerCase().includes(person.email),
        reaches: false,
        answer: answer(person, status),
      });
      move(world, person);
      const isFinal = id === 'smg' ? status === 200 : status < 500;
      if (isFinal) await ended(world, person, 'failed');
      else {
        await until('it was refused again and again', disturbing.met, (met) => met > 2);
        world.lever.admin.archive(person.opportunityId);
      }
      disturbing.end();
      // Not its end: where the vendor cannot be asked whether it has invited, a person is.
      if (!isFinal) {
        await until(
          'the run is called off',
          () => runOf(world, person),
          (run) => run.status === 'cancelled',
        );
      }
      await namesNobody(world, /"failure":"vendor\.\w+"/);
    },
  );

  it('when the result is asked for, no log line and no label does', async () => {
    const person = await invitedPerson(world);
    const named = { name: `${firstName} ${lastName}`, email: person.email };
    const { ref } = person.invitation;
    const disturbing = world.gates.vendor.disturb({
      matches: ({ path, body }) =>
        decodeURIComponent(path).includes(ref.split(':')[0] ?? ref) || body.includes(ref),
      reaches: false,
      answer: answer(named, id === 'smg' ? 200 : 422),
    });
    world.vendor.complete(ref);
    await until('it was refused', disturbing.met, (met) => met > 0);
    disturbing.end();
    await namesNobody(world, /"failure":"vendor\.\w+"/);
  });

  it('when Lever quotes one as well, no log line and no label does', async () => {
    const person = applicant(world, { postingId: world.vendor.postingId, ...someone() });
    const disturbing = world.gates.lever.disturb({
      matches: ({ method, path }) => method !== 'GET' && path.includes(`${person.opportunityId}/`),
      reaches: false,
      answer: answer(person, 400),
    });
    move(world, person);
    const run = await runOf(world, person);
    await liveRun(world, run.id, 'a person is asked', ({ attention }) => attention.length > 0);
    disturbing.end();
    expect(inLever(world, person).notes).toEqual([]);
    await namesNobody(world, /"failure":"lever\.bad_request"/);
  });
});

describe('when Lever quotes a person whom Upwage has screened', () => {
  const world = useWorld(() => startUpwageWorld({ log }));

  it('no log line and no label does', async () => {
    const { name, email } = someone();
    const message = `There is ${name} <${email}> ${phone} already`;
    world.lever.admin.fault({ kind: 'status', status: 400, path: '/opportunities', method: 'POST', message });
    const talk = session(world, { name, email, phone });
    await converse(talk);
    await answers(world, talk.id);
    await finished(world, talk.id);
    expect(world.lever.admin.requests().filter(({ status }) => status === 400)).not.toEqual([]);
    await namesNobody(world, /"failure":"lever\.bad_request"/);
  });
});

test('lines of every level were searched', () => {
  const levels = new Set(logged.map((line) => (JSON.parse(line) as { level: number }).level));
  expect([...levels].sort((a, b) => a - b)).toEqual(expect.arrayContaining([20, 30, 40]));
  expect(leaks('log', Buffer.from(`${logged.join('\n')} ${lastName}`), words)).toHaveLength(1);
});

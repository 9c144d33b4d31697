import { assemble } from '../../scripts/assemble';
import { SEED } from '../../simulators/lever/seed';
import { applicant, look } from '../helpers/actions';
import type { HttpGate, PassingRequest } from '../helpers/http-gate';
import { startHttpGate } from '../helpers/http-gate';
import { soonGivenUp } from '../helpers/limits';
import { until } from '../helpers/until';
import type { UpwageWorld } from '../vendors/upwage-world';
import {
  opportunitiesOf,
  runsOfSession,
  session,
  someAddress,
  startUpwageWorld,
} from '../vendors/upwage-world';
import type { FaultName } from './faults';
import { faults } from './faults';
import { expectWords } from './story';
import type { Told } from './told';
import { restored, retryAll, told } from './told';

/** The same stories of runs that their vendor began: whom it is about is looked for in Lever, or entered there. */

export interface ScreeningWorld extends UpwageWorld {
  gate: HttpGate;
}

export const startScreeningWorld = (): Promise<ScreeningWorld> =>
  assemble(async (atEnd) => {
    let lever = '';
    const gate = await startHttpGate(() => lever);
    atEnd(() => gate.stop());
    const world = await startUpwageWorld({
      env: { ...soonGivenUp, LEVER_PATIENCE: '2s' },
      leverBy: (origin) => {
        lever = origin;
        return gate.url;
      },
    });
    atEnd(() => world.stop());
    return { ...world, gate };
  });

/** Who is screened, and how far the hub has come with them. */
interface Screened {
  email: string;
  /** Of their opportunity, where they have one before. */
  opportunityId?: string;
  contact?: string;
  /** Whether the hub has asked Lever for a new opportunity. */
  isMade: boolean;
}

export interface ScreeningSite {
  activity: string;
  part?: string;
  matches(request: PassingRequest, who: Screened): boolean;
  /** Default: somebody who has an opportunity of the screener's posting. */
  who?: 'named' | 'new';
  outcome?: 'FAILED';
}

const { storeClerk, shiftLead } = SEED.postings;
const path = ({ path: all }: PassingRequest): string => all.split('?')[0] ?? '';
const aboutAddress = (request: PassingRequest, { email }: Screened): boolean =>
  decodeURIComponent(`${request.path} ${request.body.toString()}`).includes(email);
const looksForPerson = (request: PassingRequest, who: Screened): boolean =>
  request.method === 'GET' && path(request) === '/v1/opportunities' && aboutAddress(request, who);
const makes = (request: PassingRequest, who: Screened): boolean =>
  request.method === 'POST' && path(request) === '/v1/opportunities' && aboutAddress(request, who);
const ofOpportunity = ({ opportunityId }: Screened, rest: string): string =>
  `/v1/opportunities/${opportunityId}${rest}`;

export const screeningSites: readonly ScreeningSite[] = [
  {
    activity: 'readCandidacy',
    who: 'named',
    matches: (request, who) => request.method === 'GET' && path(request) === ofOpportunity(who, ''),
  },
  { activity: 'findCandidacy', matches: looksForPerson },
  { activity: 'createCandidacy', who: 'new', matches: makes },
  {
    activity: 'readMadeCandidacy',
    who: 'new',
    matches: (request, who) => {
      if (makes(request, who)) who.isMade = true;
      return who.isMade && looksForPerson(request, who);
    },
  },
  {
    activity: 'lookForEffect',
    part: 'file',
    matches: (request, who) => request.method === 'GET' && path(request) === ofOpportunity(who, '/files'),
  },
  {
    activity: 'applyEffect',
    part: 'file',
    matches: (request, who) => request.method === 'POST' && path(request) === ofOpportunity(who, '/files'),
  },
  {
    activity: 'lookForEffect',
    part: 'createOpportunity',
    outcome: 'FAILED',
    matches: ({ method, path: asked }, { contact }) =>
      method === 'GET' && asked.includes(shiftLead) && asked.includes(String(contact)),
  },
  { activity: 'applyEffect', part: 'createOpportunity', outcome: 'FAILED', matches: makes },
];

export async function playScreening(
  world: ScreeningWorld,
  site: ScreeningSite,
  fault: FaultName,
): Promise<Told | null> {
  const email = someAddress();
  const known = site.who === 'new' ? null : applicant(world, { postingId: storeClerk, email });
  const who: Screened = {
    email,
    isMade: false,
    ...(known && {
      opportunityId: known.opportunityId,
      contact: world.lever.admin.candidate(known.opportunityId).contact,
    }),
  };
  const disturbing = world.gate.disturb({
    ...faults[fault],
    matches: (request) => site.matches(request, who),
  });
  const { id } = session(world, {
    email,
    ...(site.who === 'named' && known && { leverOpportunityId: known.opportunityId }),
  });
  const newest = async () => {
    const [run] = await runsOfSession(world, id);
    return run === undefined ? null : look(world, run.id);
  };
  let said: Told | null;
  try {
    world.upwage.admin.complete(id, site.outcome === undefined ? {} : { outcome: site.outcome });
    await until(
      'the place is reached',
      () => disturbing.met(),
      (times) => times > 0,
    );
    const seen = await until(
      'the run says so, or has got through',
      async () => {
        const run = await newest();
        return run === null ? { words: null, run } : { words: told(run), run };
      },
      ({ words, run }) => words !== null || (run !== null && run.closedAt !== null),
    );
    said = seen.words;
  } finally {
    disturbing.end();
  }
  expectWords(said, fault);
  const settled = await until('the run is over', async () => {
    await restored(world);
    const run = await newest();
    if (run === null) return null;
    await retryAll(world, run);
    return run.closedAt === null ? null : run;
  });
  // What ended it was said: staff have the vendor tell it once more, and it is brought then.
  if (settled.status === 'failed') {
    world.upwage.admin.complete(id, { outcome: 'INCOMPLETE' });
    world.upwage.admin.complete(id, site.outcome === undefined ? {} : { outcome: site.outcome });
  }
  await until(
    'Lever shows the result once',
    () => {
      const theirs = opportunitiesOf(world, email);
      const clerk = theirs.filter(({ posting }) => posting === storeClerk);
      const lead = theirs.filter(({ posting }) => posting === shiftLead);
      return [
        clerk.length,
        clerk[0]?.files.length,
        lead.length,
        clerk[0]?.tags.some((tag) => /error/i.test(tag)),
      ];
    },
    (seen) => JSON.stringify(seen) === JSON.stringify([1, 1, site.outcome === 'FAILED' ? 1 : 0, false]),
  );
  return said;
}

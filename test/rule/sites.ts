import type { VendorId } from '../../domain/ids';
import { SEED, seedId } from '../../simulators/lever/seed';
import { goodResult, withReport } from '../../simulators/standard/admin';
import { applicant, inLever, move, operator, runOf } from '../helpers/actions';
import type { PassingRequest } from '../helpers/http-gate';
import { until } from '../helpers/until';
import type { SimulatedStandard } from '../vendors/standard-driver';
import type { Entered } from '../vendors/vendor-world';
import { invitedPerson } from '../vendors/vendor-world';
import type { RuleWorld } from './rule-world';

/** Whom a story is about, as requests name them. */
export interface Who extends Entered {
  /** The vendor's id of the invitation; absent before there is one. */
  ref?: string;
  postingId?: string;
  /** A stage that the hub has not met, which only this candidate enters first. */
  stageId?: string;
}

/** A place where a run asks somebody outside the hub. */
export interface Site {
  /** Of the registry. */
  activity: string;
  /** Which of its requests, where it makes several kinds. */
  part?: string;
  asks: 'lever' | 'vendor';
  /** Vendors that serve it; absent: all that are invited at. */
  vendors?: readonly VendorId[];
  /** Its requests name no candidate: whoever makes one is met, so that stories about it are played one after another. */
  isShared?: true;
  matches(request: PassingRequest, who: Who): boolean;
  /** Brings a candidate to just before it. */
  before(world: RuleWorld): Promise<Who>;
  /** What has the run make the request. */
  brings(world: RuleWorld, who: Who): Promise<void>;
  /** Puts right in Lever what was changed for the sake of it. */
  afterwards?(world: RuleWorld, who: Who): void;
}

const get = (request: PassingRequest, path: string): boolean =>
  request.method === 'GET' && request.path.split('?')[0] === path;
const ofPerson = ({ opportunityId }: Who, rest = ''): string => `/v1/opportunities/${opportunityId}${rest}`;
const writes = (request: PassingRequest, path: string): boolean =>
  request.method !== 'GET' && request.path.split('?')[0] === path;

/** Whether a request to a vendor is about this candidate: by an id once there is one, before by the address. */
const names = (request: PassingRequest, { email, ref }: Who): boolean => {
  const said = decodeURIComponent(
    `${request.path} ${request.body.toString().replaceAll('+', ' ')}`.replace(/%(?![\da-f]{2})/gi, '%25'),
  );
  return ref === undefined ? said.includes(email) : said.includes(ref);
};

const fresh = async (world: RuleWorld): Promise<Who> => {
  const person = applicant(world, { postingId: world.vendor.postingId });
  return { ...person, before: inLever(world, person).tags };
};

const invited = async (world: RuleWorld): Promise<Who> => {
  const { invitation, ...person } = await invitedPerson(world);
  return { ...person, ref: invitation.ref };
};

const enters = (world: RuleWorld, who: Who): Promise<void> =>
  Promise.resolve(move(world, who, who.stageId ?? SEED.stages.assessment));
const completes = (world: RuleWorld, { ref = '' }: Who): Promise<void> =>
  Promise.resolve(world.vendor.complete(ref));

/** Asked for by a person, who is answered when it is over: not waited for here. */
const asked = async (world: RuleWorld, who: Who, action: string, body: object = {}): Promise<void> => {
  const { id } = await runOf(world, who);
  void operator(world, 'POST', `/assessments/${id}/${action}`, body).catch(() => undefined);
};

let stages = 0;

const readingSites: Site[] = [
  {
    activity: 'readOpportunity',
    asks: 'lever',
    matches: (request, who) => get(request, ofPerson(who)),
    before: fresh,
    brings: enters,
  },
  {
    activity: 'readPosting',
    asks: 'lever',
    vendors: ['standard'],
    matches: (request, { postingId }) => get(request, `/v1/postings/${postingId}`),
    before: async (world) => {
      const postingId = world.lever.admin.addPosting({ text: 'A posting of its own', tags: [] });
      const person = applicant(world, { postingId });
      return { ...person, postingId, before: inLever(world, person).tags };
    },
    brings: enters,
  },
  {
    activity: 'refreshStages',
    asks: 'lever',
    isShared: true,
    vendors: ['standard'],
    matches: (request) => get(request, '/v1/stages'),
    before: async (world) => {
      stages += 1;
      const stageId = seedId(`stage/of-the-rule-${stages}`);
      world.lever.admin.load({
        stages: [{ id: stageId, text: `New ${stages}`, rank: 240 + stages / 1_000 }],
      });
      return { ...(await fresh(world)), stageId };
    },
    brings: enters,
  },
  {
    activity: 'checkOpportunity',
    asks: 'lever',
    matches: (request, who) => get(request, ofPerson(who)),
    before: invited,
    brings: (world, { opportunityId }) => Promise.resolve(world.lever.admin.archive(opportunityId)),
    afterwards: (world, { opportunityId }) => world.lever.admin.unarchive(opportunityId),
  },
];

const writingSites: Site[] = [
  {
    activity: 'applyEffect',
    part: 'addTags',
    asks: 'lever',
    matches: (request, who) => writes(request, ofPerson(who, '/addTags')),
    before: fresh,
    brings: enters,
  },
  {
    activity: 'applyEffect',
    part: 'removeTags',
    asks: 'lever',
    matches: (request, who) => writes(request, ofPerson(who, '/removeTags')),
    before: invited,
    brings: completes,
  },
  {
    activity: 'applyEffect',
    part: 'addLinks',
    asks: 'lever',
    vendors: ['smg', 'jobma', 'standard'],
    matches: (request, who) => writes(request, ofPerson(who, '/addLinks')),
    before: fresh,
    brings: enters,
  },
  {
    activity: 'lookForEffect',
    asks: 'lever',
    vendors: ['standard', 'serand', 'jobma'],
    matches: (request, who) => get(request, ofPerson(who, '/notes')),
    before: invited,
    brings: completes,
  },
  {
    activity: 'applyEffect',
    part: 'note',
    asks: 'lever',
    vendors: ['standard', 'serand', 'jobma'],
    matches: (request, who) => writes(request, ofPerson(who, '/notes')),
    before: invited,
    brings: completes,
  },
  {
    activity: 'applyEffect',
    part: 'stage: the look',
    asks: 'lever',
    vendors: ['standard', 'serand'],
    matches: (request, who) => get(request, ofPerson(who)),
    before: invited,
    brings: completes,
  },
  {
    activity: 'applyEffect',
    part: 'stage: the move',
    asks: 'lever',
    vendors: ['standard', 'serand'],
    matches: (request, who) => writes(request, ofPerson(who, '/stage')),
    before: invited,
    brings: completes,
  },
];

/** The vendor has the request for an invitation, and its answer does not come. */
async function whileInviting(world: RuleWorld): Promise<Who> {
  const who = await fresh(world);
  const hanging = world.gates.vendor.disturb({
    reaches: true,
    answer: 'none',
    matches: (request) => names(request, who),
  });
  await enters(world, who);
  await until(
    'the vendor is asked to invite',
    () => hanging.met(),
    (times) => times > 0,
  );
  hanging.end();
  // From here on it is looked for by our own id.
  return { ...who, ref: (await runOf(world, who)).id };
}

/** The vendor's result with its report as a file, which the hub fetches behind the gate. */
const completesWithFile = (world: RuleWorld, { ref = '' }: Who): Promise<void> => {
  const { standard } = world.vendor as SimulatedStandard;
  const { admin } = standard;
  const url = new URL(admin.fileUrl(ref));
  admin.say(ref, {
    ...goodResult(`${standard.url}/report/${ref}`),
    ...withReport(`${world.gates.vendor.url}${url.pathname}`),
  });
  return Promise.resolve();
};

const vendorSites: Site[] = [
  { activity: 'invite', asks: 'vendor', matches: names, before: fresh, brings: enters },
  { activity: 'fetchResult', asks: 'vendor', matches: names, before: invited, brings: completes },
  {
    activity: 'fetchReport',
    asks: 'vendor',
    vendors: ['standard'],
    matches: (request, { ref = '' }) => request.method === 'GET' && request.path.includes(`/files/${ref}`),
    before: invited,
    brings: completesWithFile,
  },
  {
    activity: 'pollVendor',
    asks: 'vendor',
    matches: names,
    before: invited,
    // The next poll comes by itself.
    brings: () => Promise.resolve(),
  },
  {
    activity: 'remindAtVendor',
    asks: 'vendor',
    vendors: ['standard', 'serand'],
    matches: (request, who) => request.method !== 'GET' && names(request, who),
    before: invited,
    brings: (world, who) => asked(world, who, 'remind'),
  },
  {
    activity: 'extendAtVendor',
    asks: 'vendor',
    vendors: ['standard'],
    matches: (request, who) => request.method !== 'GET' && names(request, who),
    before: invited,
    brings: (world, who) => asked(world, who, 'extend', { by: '3d' }),
  },
  {
    activity: 'cancelAtVendor',
    asks: 'vendor',
    vendors: ['standard', 'serand'],
    matches: (request, who) => request.method !== 'GET' && names(request, who),
    before: invited,
    brings: (world, who) => asked(world, who, 'cancel', { reason: 'a test' }),
  },
  {
    activity: 'findInvitation',
    asks: 'vendor',
    vendors: ['serand', 'standard'],
    matches: names,
    before: whileInviting,
    brings: (world, who) => asked(world, who, 'cancel', { reason: 'a test' }),
  },
  {
    activity: 'findInvitation',
    part: 'in a list',
    asks: 'vendor',
    vendors: ['smg'],
    isShared: true,
    // SMG is asked for all open applications: the request names nobody.
    matches: ({ body }) => body.includes('max_count'),
    before: whileInviting,
    brings: (world, who) => asked(world, who, 'cancel', { reason: 'a test' }),
  },
];

/** Every place where a run asks Lever or its vendor. */
export const sites: readonly Site[] = [...readingSites, ...writingSites, ...vendorSites];

export const nameOf = ({ activity, part }: Site): string =>
  part === undefined ? activity : `${activity}: ${part}`;

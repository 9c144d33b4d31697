import type { PassingRequest } from '../helpers/http-gate';
import type { HubPart } from '../helpers/hub-process';
import type { ProcessWorld } from '../helpers/process-world';

/** The steps of a run at which something can be made to break, in their order. */

type Phase = 'inviting' | 'finishing';

export interface Step {
  name: string;
  phase: Phase;
  /** Which process is at it: its end breaks what is under way. */
  of: HubPart;
  /** Whether the step is one for the other process too, which only looks on: of the moments of a request the first. */
  forBoth: boolean;
  /** Carries out `act` at exactly this step; resolves afterwards. `killed`: what `act` ends. */
  arm(world: ProcessWorld, act: () => Promise<void>, killed: readonly HubPart[]): Promise<void>;
}

const lever = (method: string, path: RegExp) => (request: PassingRequest) =>
  request.method === method && path.test(request.path);

const command = (name: string) => (request: PassingRequest) =>
  request.body.toString('utf8').includes(`"command":"${name}"`);

/** Reads leave no trace: for them it is one moment. A write may have taken effect without the worker hearing so. */
const moments = { read: ['arrives'], write: ['arrives', 'answered'] } as const;

/** A request of the worker. */
function request(
  phase: Phase,
  name: string,
  gate: 'lever' | 'smg',
  kind: keyof typeof moments,
  matches: (request: PassingRequest) => boolean,
): Step[] {
  return moments[kind].map((when) => ({
    name: `${name} ${when === 'arrives' ? 'is sent' : 'took effect'}`,
    phase,
    of: 'worker',
    forBoth: when === 'arrives',
    arm: (world, act, killed) =>
      world.gates[gate].strike({ matches, when, act, drop: killed.includes('worker') }),
  }));
}

/** A request to the api: nobody is there when it comes, it dies at it, or its answer is lost. */
function arrival(phase: Phase, name: string, path: RegExp): Step[] {
  const words = { arrives: 'comes', underway: 'is being taken', answered: 'was taken' } as const;
  return (['arrives', 'underway', 'answered'] as const).map((when) => ({
    name: `${name} ${words[when]}`,
    phase,
    of: 'api',
    forBoth: when === 'arrives',
    arm: (world, act, killed) =>
      world.gates.hub.strike({
        matches: ({ path: asked }) => path.test(asked),
        when,
        act,
        drop: killed.includes('api') && when === 'answered',
      }),
  }));
}

/** A statement of one process: `answered` means that the database did it, and the process never hears so. */
function statement(phase: Phase, name: string, of: HubPart, text: string): Step[] {
  return (['arrives', 'answered'] as const).map((when) => ({
    name: `${name} ${when === 'arrives' ? 'is to be written' : 'was written'}`,
    phase,
    of,
    forBoth: false,
    arm: (world, act) => world.taps[of].strike({ statement: text, when, act }),
  }));
}

const invitingWrites = [
  ...request('inviting', 'addTags of the invitation', 'lever', 'write', lever('POST', /\/addTags/)),
  ...request('inviting', 'addLinks of the invitation', 'lever', 'write', lever('POST', /\/addLinks/)),
];

const finishingWrites = [
  ...request('finishing', 'removeTags', 'lever', 'write', lever('POST', /\/removeTags/)),
  ...request('finishing', 'addLinks of the report', 'lever', 'write', lever('POST', /\/addLinks/)),
  ...request('finishing', 'addTags of the result', 'lever', 'write', lever('POST', /\/addTags/)),
  ...request('finishing', 'the look for the note', 'lever', 'read', lever('GET', /\/notes/)),
  ...request('finishing', 'the note', 'lever', 'write', lever('POST', /\/notes/)),
];

/** Every remote call of a run, the messages to it, and the statements between which a process may die. */
export const steps: Step[] = [
  ...arrival('inviting', 'the webhook', /^\/webhooks\//),
  ...statement('inviting', "the webhook's delivery", 'api', 'insert into "deliveries"'),
  ...statement('inviting', "the run's row", 'worker', 'insert into "assessments"'),
  ...request(
    'inviting',
    'the look at the opportunity',
    'lever',
    'read',
    lever('GET', /\/opportunities\/[^/?]+(\?|$)/),
  ),
  ...request('inviting', 'the look at the posting', 'lever', 'read', lever('GET', /\/postings\//)),
  ...statement('inviting', 'the claim', 'worker', 'insert into "claims"'),
  ...request('inviting', 'application_create', 'smg', 'write', command('application_create')),
  ...invitingWrites,
  ...arrival('finishing', 'the callback', /^\/callbacks\//),
  ...statement('finishing', "the callback's delivery", 'api', 'insert into "deliveries"'),
  ...request('finishing', 'application_get', 'smg', 'read', command('application_get')),
  ...request('finishing', 'score_calc_get', 'smg', 'read', command('score_calc_get')),
  ...finishingWrites,
  ...statement('finishing', 'the timeline', 'worker', 'insert into "assessment_events"'),
];

/** The step at which the most is at stake: the vendor has invited, and nobody at the hub knows. */
export const invitedUnheard = steps.find(({ name }) => name === 'application_create took effect') as Step;

export const stepsOf = (part: HubPart): Step[] => steps.filter(({ of, forBoth }) => of === part || forBoth);

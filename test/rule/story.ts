import { WorkflowNotFoundError } from '@temporalio/client';
import { amendmentWorkflowId } from '../../domain/ids';
import type { Status } from '../../domain/lifecycle';
import { isTerminal } from '../../domain/lifecycle';
import { SEED } from '../../simulators/lever/seed';
import type { Assessment, FullAssessment } from '../helpers/actions';
import { deliveriesOf, inLever, look, move, runsOf, times } from '../helpers/actions';
import { until } from '../helpers/until';
import type { SeenInvitation } from '../vendors/driver';
import type { FaultName } from './faults';
import { faults } from './faults';
import type { RuleWorld } from './rule-world';
import type { Site, Who } from './sites';
import { nameOf } from './sites';
import type { Told } from './told';
import { restored, retryAll, told } from './told';

/**
 * One story of the rule: something goes wrong at one place and stays wrong until the hub says so, or gets through. Then it
 * is mended, the candidate finishes, and the recruiter moves them once more. Judged by the simulators, by Temporal's own
 * list, and by what this file has done itself.
 */

export interface Story {
  site: string;
  fault: FaultName;
  /** Requests that the fault met. */
  met: number;
  /** Null: nothing had to be said, it got through. */
  told: Told | null;
  /** How the run stood when its vendor had nothing more to say. */
  status: Status;
}

export async function play(world: RuleWorld, site: Site, fault: FaultName): Promise<Story> {
  const who = await site.before(world);
  const disturbing = world.gates[site.asks].disturb({
    ...faults[fault],
    matches: (request) => site.matches(request, who),
  });
  let said: Told | null;
  try {
    await site.brings(world, who);
    await until(
      'the place is reached',
      () => disturbing.met(),
      (times) => times > 0,
    );
    said = await sayingOrThrough(world, who);
  } finally {
    disturbing.end();
  }
  expectWords(said, fault);
  site.afterwards?.(world, who);
  const status = await comesRight(world, who);
  return { site: nameOf(site), fault, met: disturbing.met(), told: said, status };
}

/** A refusal or an absence is told of everywhere, in words; whatever else is told is, too. */
export function expectWords(said: Told | null, fault: FaultName): void {
  if (said !== null) expect(said.words).toMatch(/\w \w\w/);
  else expect(toldEverywhere).not.toContain(fault);
}

const toldEverywhere: readonly FaultName[] = [
  '400',
  '403',
  '422',
  '429',
  '500',
  '503',
  'hang',
  'lost request',
];

/**
 * What has to be true of every story from where nothing is wrong any more: the candidate finishes and Lever shows it once, a
 * later move is assessed anew, and nothing is left open or failed in Temporal.
 * @param ended how workflows may have ended besides, by the story's own doing
 * @returns how the first run stood when its vendor had nothing more to say
 */
export async function comesRight(world: RuleWorld, who: Who, ended: readonly string[] = []): Promise<Status> {
  const first = await settled(world, who);
  const invitation = ownInvitations(world, who).at(-1);
  if (invitation !== undefined) await finishes(world, who, invitation);
  const { status } = await closed(world, first.id);
  // An amendment may still be at work on it.
  await allElseIsOver(world, who, ended, 0);
  await movesAgain(world, who, invitation === undefined ? 0 : 1);
  await allElseIsOver(world, who, ended, 1);
  return status;
}

/** The vendor's invitations that this hub has made for the candidate. */
const ownInvitations = (world: RuleWorld, { email }: Who): SeenInvitation[] =>
  world.vendor.invitations(email).filter(({ assessmentId }) => assessmentId !== null);

/** Waits for words. Some answers are no trouble at all at some places: then the run has to go on by itself. */
async function sayingOrThrough(world: RuleWorld, who: Who): Promise<Told | null> {
  const { words } = await until(
    'the run says so, or has got through',
    async () => {
      const [newest] = await runsOf(world, who);
      if (newest === undefined) return { words: null, isThrough: false };
      // In this order: what is under way is over before what it says is looked at.
      const isThrough = await isAtRest(world, who, newest);
      const run = await look(world, newest.id);
      const { status, timeline } = run;
      return { words: told(run), isThrough, status, timeline: timeline.slice(-6) };
    },
    ({ words, isThrough }) => words !== null || isThrough,
  );
  return words;
}

/** Nothing is under way: the run is over, or waits for its candidate while Lever shows the invitation. */
export async function isAtRest(world: RuleWorld, who: Who, run: Assessment): Promise<boolean> {
  if (run.closedAt !== null) return true;
  const invitation = ownInvitations(world, who).at(-1);
  if (invitation === undefined || (run.status !== 'invited' && run.status !== 'in_progress')) return false;
  const { tags, links } = world.vendor.shows('invited', invitation);
  const lever = inLever(world, who);
  if (!tags.every((tag) => lever.tags.includes(tag)) || !links.every((link) => lever.links.includes(link))) {
    return false;
  }
  const { raw } = await world.client.workflow.getHandle(run.workflowId).describe();
  return (raw.pendingActivities ?? []).length === 0 && !raw.pendingWorkflowTask;
}

/** Waits until the run is over, or waits for its candidate without any trouble; what is left to a person is done. */
const settled = (world: RuleWorld, who: Who): Promise<FullAssessment> =>
  until('the run goes on, or is over, after it was mended', async () => {
    await restored(world);
    const [newest] = await runsOf(world, who);
    if (newest === undefined) return null;
    const run = await look(world, newest.id);
    await retryAll(world, run);
    if (run.closedAt !== null) return (await isOver(world, run)) ? run : null;
    const isWaiting = run.status === 'invited' || run.status === 'in_progress' || isTerminal(run.status);
    return isWaiting && run.trouble === null && !run.suspended && !run.attention ? run : null;
  });

/** Closed in Temporal, too: one that was begun anew after its end opens its row again, and its amendment may be at work. */
async function isOver(world: RuleWorld, { id, workflowId, closedAt }: Assessment): Promise<boolean> {
  if (closedAt === null) return false;
  for (const each of [workflowId, amendmentWorkflowId(id)]) {
    const description = world.client.workflow.getHandle(each).describe();
    if (await description.then(({ status }) => status.name === 'RUNNING', isGone)) return false;
  }
  return true;
}

function isGone(error: unknown): false {
  if (error instanceof WorkflowNotFoundError) return false;
  throw error;
}

/** The candidate finishes, and Lever shows the result once, whatever was before. */
async function finishes(world: RuleWorld, who: Who, invitation: SeenInvitation): Promise<void> {
  const { vendor } = world;
  try {
    vendor.complete(invitation.ref);
  } catch {
    // They have finished in the course of the story; the vendor says so once more.
    vendor.resend(invitation.ref);
  }
  const wanted = vendor.shows('completed', invitation);
  // Of a run that was called off while it invited, Lever never showed the invitation.
  const invited = vendor.shows('invited', invitation);
  await until(
    'Lever shows the result, and nothing of before',
    async () => {
      await restored(world);
      for (const run of await runsOf(world, who)) {
        if (run.closedAt === null) await retryAll(world, await look(world, run.id));
      }
      const { tags, links, notes, stage } = inLever(world, who);
      const texts = notes.map((note) => JSON.stringify(note));
      return [
        ...wanted.tags.filter((tag) => !tags.includes(tag)).map((tag) => `no tag ${tag}`),
        ...links.filter((link) => times(links, link) > 1).map((link) => `${link} is there twice`),
        ...invited.tags.filter((tag) => tags.includes(tag)).map((tag) => `still the tag ${tag}`),
        ...wanted.links
          .filter((link) => times(links, link) !== 1 && !invited.links.includes(link))
          .map((link) => `${times(links, link)} × ${link}`),
        ...wanted.notes
          .map((piece) => [piece, texts.filter((text) => text.includes(piece)).length] as const)
          .filter(([, count]) => count !== 1)
          .map(([piece, count]) => `${count} notes say ${piece}: ${texts.join('; ')}`),
        ...(wanted.stage === undefined || stage === wanted.stage ? [] : [`in the stage ${String(stage)}`]),
        // A document that the vendor has refused is missing for good, and Lever says so.
        ...(texts.some((text) => text.includes('was not attached'))
          ? []
          : tags.filter((tag) => /error/i.test(tag)).map((tag) => `still the tag ${tag}`)),
      ];
    },
    (differences) => differences.length === 0,
  );
}

/** Waits for the end of a run. */
const closed = (world: RuleWorld, id: string): Promise<FullAssessment> =>
  until('the run is over', async () => {
    await restored(world);
    const run = await look(world, id);
    await retryAll(world, run);
    return (await isOver(world, run)) ? run : null;
  });

/** Out of the stage and in again: somebody who is assessed no more is assessed anew, once. */
async function movesAgain(world: RuleWorld, who: Who, before: number): Promise<void> {
  const { length: runsBefore } = await runsOf(world, who);
  move(world, who, SEED.stages.newApplicant);
  move(world, who);
  if (before > 0 && world.vendor.besideEarlier === 'failed') {
    const runs = await until(
      'a later move is refused by the vendor',
      () => runsOf(world, who),
      ([newest, ...others]) => others.length === runsBefore && newest?.closedAt !== null,
    );
    expect(runs[0]).toMatchObject({ status: 'failed', lastError: 'vendor.rejected' });
    return;
  }
  const { invitations } = await until(
    'a later move is invited',
    async () => {
      await restored(world);
      const seen = await Promise.all([runsOf(world, who), deliveriesOf(world, who)]);
      return { invitations: ownInvitations(world, who), seen };
    },
    (now) => now.invitations.length > before,
  );
  expect(invitations).toHaveLength(before + 1);
  const { tags, links } = world.vendor.shows('invited', invitations.at(-1) as SeenInvitation);
  await until(
    'Lever shows the later invitation',
    () => inLever(world, who),
    (seen) =>
      tags.every((tag) => seen.tags.includes(tag)) &&
      links.every((link) => times(seen.links, link) === 1) &&
      !seen.tags.some((tag) => /error/i.test(tag)),
  );
}

/** By Temporal's own list: no workflow about the candidate has failed, and no more than these are open. */
async function allElseIsOver(
  world: RuleWorld,
  { opportunityId }: Who,
  ended: readonly string[],
  stillOpen: number,
): Promise<void> {
  const query = `FulcrumOpportunity = '${opportunityId}'`;
  const statuses = await until(
    'all workflows about the candidate are over but the last',
    async () => {
      const found: string[] = [];
      for await (const { status, type } of world.client.workflow.list({ query })) {
        found.push(`${type} ${status.name}`);
      }
      return found;
    },
    (found) => found.filter((each) => each.endsWith('RUNNING')).length <= stillOpen,
  );
  const expected = ['RUNNING', 'COMPLETED', 'CONTINUED_AS_NEW', ...ended];
  expect(statuses.filter((each) => !expected.some((status) => each.endsWith(` ${status}`)))).toEqual([]);
}

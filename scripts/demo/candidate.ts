import type { LeverSimulator } from '../../simulators/lever/server';
import type { Shown } from './vendors/vendor';
import type { Customer } from './world';

/** One candidate's way, told step by step. */
export interface Told {
  opportunityId: string;
  email: string;
  /** The vendor's id of the invitation. */
  ref: string;
  /** How long the way has taken so far, ms. */
  afterMs: number;
}

type Say = (line: string) => void;

/** Longer than anything here takes; a step that takes longer is a promise not kept. */
const patienceMs = 60_000;

/** Has a new candidate assessed, as the vendor's way is, and waits for the invitation to stand in Lever. */
export async function inviteCandidate(
  lever: LeverSimulator,
  { vendor, running, stageId }: Customer,
  person: { name: string; email: string },
  say: Say,
): Promise<Told> {
  const { admin } = lever;
  const opportunityId = admin.addCandidate({ ...person, postingId: running.postingId });
  const { step, elapsed } = teller(0, say);
  if (stageId === null) {
    running.begin?.(person);
    step(`${vendor.label} has a few questions for ${person.name}`);
  } else {
    admin.moveCandidate(opportunityId, stageId);
    step(`the recruiter moved ${person.name} into the stage ${vendor.stage}`);
  }
  const ref = await until(`${vendor.label} was asked to invite`, () => running.invitations(person.email)[0]);
  if (stageId !== null) step(`${vendor.label} was asked to invite (${ref})`);
  await until('the candidate got the invitation', () => (running.mails(person.email) > 0 ? true : undefined));
  step('the candidate has the invitation in the mailbox');
  const shown = running.shows('invited', ref);
  await until('Lever shows the invitation', () => (stands(lever, opportunityId, shown) ? true : undefined));
  step(`Lever shows ${inWords(shown)}`);
  return { opportunityId, email: person.email, ref, afterMs: elapsed() };
}

/** Lets the candidate finish and waits for the result to stand in Lever. */
export async function finishCandidate(
  lever: LeverSimulator,
  { running }: Customer,
  told: Told,
  say: Say,
): Promise<void> {
  const { step } = teller(told.afterMs, say);
  running.complete(told.ref);
  step('the candidate has finished');
  const shown = running.shows('completed', told.ref);
  await until('Lever shows the result', () => (stands(lever, told.opportunityId, shown) ? true : undefined));
  step(`Lever shows ${inWords(shown)}`);
}

/** Whether Lever shows all of it by now. */
function stands(lever: LeverSimulator, opportunityId: string, shown: Shown): boolean {
  const { tags, links, notes, files } = lever.admin.candidate(opportunityId);
  const texts = JSON.stringify(notes);
  return (
    (shown.files ?? []).every((begin) => files.some(({ name }) => name.startsWith(begin))) &&
    shown.tags.every((tag) => tags.includes(tag)) &&
    shown.links.every((link) => links.includes(link)) &&
    shown.notes.every((text) => texts.includes(text)) &&
    !shown.gone.some((tag) => tags.includes(tag))
  );
}

function inWords({ tags, links, notes, files = [] }: Shown): string {
  const some = (count: number, what: string): string[] =>
    count === 0 ? [] : [`${count} ${what}${count === 1 ? '' : 's'}`];
  const parts = [
    ...tags.slice(0, 1),
    ...some(links.length, 'link'),
    ...some(notes.length, 'note'),
    ...some(files.length, 'file'),
  ];
  return parts.length === 0 ? 'nothing yet' : parts.join(', ');
}

function teller(since: number, say: Say): { step: (what: string) => void; elapsed: () => number } {
  const started = Date.now() - since;
  const elapsed = (): number => Date.now() - started;
  return { step: (what) => say(`${String(elapsed()).padStart(6)} ms  ${what}`), elapsed };
}

async function until<T>(promise: string, look: () => T | undefined): Promise<T> {
  const giveUpAt = Date.now() + patienceMs;
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    if (Date.now() > giveUpAt) throw new Error(`not kept within ${patienceMs / 1000} s: ${promise}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

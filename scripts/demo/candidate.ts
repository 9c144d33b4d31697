import { SEED } from '../../simulators/lever/seed';
import type { World } from './world';

/** One candidate's way, told step by step. */
export interface Told {
  opportunityId: string;
  applicationId: string;
  /** What happened, and how long after the start of the way, ms. */
  steps: { what: string; afterMs: number }[];
}

type Say = (line: string) => void;

/** Longer than anything here takes; a step that takes longer is a promise not kept. */
const patienceMs = 60_000;

/** Moves a new candidate into the Assessment stage and waits for the invitation to stand in Lever. */
export async function inviteCandidate(
  world: World,
  person: { name: string; email: string },
  say: Say,
): Promise<Told> {
  const { admin } = world.lever;
  const told: Told = { opportunityId: '', applicationId: '', steps: [] };
  const opportunityId = admin.addCandidate({ ...person, postingId: SEED.postings.storeManager });
  told.opportunityId = opportunityId;
  const started = Date.now();
  const step = teller(told, started, say);
  admin.moveCandidate(opportunityId, SEED.stages.assessment);
  step(`the recruiter moved ${person.name} into the stage Assessment`);
  const application = await until('the vendor was asked to invite', () =>
    world.pop.admin.applications({ email: person.email }).at(0),
  );
  told.applicationId = application.applicationId;
  step(`SMG/POP made application ${application.applicationId} (${application.position})`);
  await until('the vendor e-mailed the candidate', () => world.pop.admin.mailbox({ to: person.email }).at(0));
  step(`the candidate has the invitation in the mailbox`);
  await until('Lever shows the invitation', () => {
    const { tags, links } = admin.candidate(opportunityId);
    return tags.includes('POP-IN-Progress') && links.includes(application.appLink) ? true : undefined;
  });
  step('Lever shows POP-IN-Progress and the link to the assessment');
  return told;
}

/** Lets the candidate finish and waits for the result to stand in Lever. */
export async function finishCandidate(world: World, told: Told, say: Say): Promise<void> {
  const { admin } = world.lever;
  const started = Date.now() - (told.steps.at(-1)?.afterMs ?? 0);
  const step = teller(told, started, say);
  const { repLink } = world.pop.admin.complete(told.applicationId);
  step('the candidate submitted the questionnaire');
  await until('Lever shows the result', () => {
    const { tags, links } = admin.candidate(told.opportunityId);
    return tags.includes('POP-Completed') && links.includes(repLink) ? true : undefined;
  });
  step('Lever shows POP-Completed and the link to the report');
}

function teller(told: Told, started: number, say: Say): (what: string) => void {
  return (what) => {
    const afterMs = Date.now() - started;
    told.steps.push({ what, afterMs });
    say(`${String(afterMs).padStart(6)} ms  ${what}`);
  };
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

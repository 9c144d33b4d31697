import { request } from 'undici';
import { posting, triggerStage } from '../side';
import { type Aim, type Attack, patienceMs } from './loads';
import type { AttackWorld } from './world';

/** As long as a vendor's refusal can be: what the hub reads of an answer. */
const bytes = 8 * 1024 * 1024 - 1_024;
const figure = `the process answers nobody for, ms (${patienceMs}: for good)`;

/** What a refusal says: its words, and what else stands in it. */
interface Refusal {
  error_text: string;
  extra?: Record<string, unknown>;
}
const brief: Refusal = { error_text: 'no' };
const longText: Refusal = { error_text: 'x'.repeat(bytes) };
const manyValues: Refusal = { ...brief, extra: { details: Array.from({ length: bytes / 3 }, () => ({})) } };

/** The longest time in which the process answered nobody, while a candidate is refused at that length. */
export const refusals: Attack[] = [
  {
    name: 'a vendor refuses in 8 MiB of text',
    figure,
    measure: (world, aim) => longestSilence(world, aim, longText),
  },
  {
    name: 'a vendor refuses in 8 MiB of small objects',
    figure,
    measure: (world, aim) => longestSilence(world, aim, manyValues),
  },
];

const dealtWith = new Set(['POP-Error', 'POP-IN-Progress']);
let people = 0;

async function longestSilence(world: AttackWorld, aim: Aim, hostile: Refusal): Promise<number> {
  const { lever, smg } = world.hub;
  smg.admin.clearFaults();
  smg.admin.fault({
    kind: 'error-code',
    command: 'application_create',
    error_code: 10,
    ...(aim === 'hub' ? hostile : brief),
  });
  people += 1;
  const email = `refused-${people}@candidates.test`;
  const id = lever.admin.addCandidate({ name: `Candidate ${people}`, email, postingId: posting });
  const begun = performance.now();
  lever.admin.moveCandidate(id, triggerStage);
  if (aim === 'stub') {
    const body = JSON.stringify(hostile);
    await (await request(world.stubUrl, { method: 'POST', body })).body.dump();
  }
  let longest = 0;
  // Lever shows the error tag when the refusal has been dealt with; after one that nobody reads, the next invitation's tag.
  while (!lever.admin.candidate(id).tags.some((tag) => dealtWith.has(tag))) {
    const asked = performance.now();
    const answered = await request(`${world.hubUrl}/healthz`, {
      signal: AbortSignal.timeout(patienceMs),
    }).then(
      (answer) => answer.body.dump().then(() => true),
      () => false,
    );
    if (!answered) return patienceMs;
    longest = Math.max(longest, performance.now() - asked);
    if (performance.now() - begun > 3 * patienceMs) throw new Error('the refusal was not dealt with');
  }
  return longest;
}

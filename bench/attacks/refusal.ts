import { request } from 'undici';
import { posting, triggerStage } from '../side';
import { patienceMs, type Aim, type Attack } from './loads';
import type { AttackWorld } from './world';

/** Letters that a vendor's refusal has at most: what the hub reads of an answer. */
const letters = 8 * 1024 * 1024 - 1_024;

/** The longest time in which the process answered nobody, while a candidate is refused in a text of that length. */
export const refusal: Attack = {
  name: 'a vendor refuses in 8 MiB of text',
  figure: `the process answers nobody for, ms (${patienceMs}: for good)`,
  measure: (world, aim) => longestSilence(world, aim),
};

let people = 0;

async function longestSilence(world: AttackWorld, aim: Aim): Promise<number> {
  const { lever, pop } = world.hub;
  const text = 'x'.repeat(letters);
  pop.admin.clearFaults();
  pop.admin.fault({
    kind: 'error-code',
    command: 'application_create',
    error_code: 10,
    error_text: aim === 'hub' ? text : 'no',
  });
  people += 1;
  const email = `refused-${people}@candidates.test`;
  const id = lever.admin.addCandidate({ name: `Candidate ${people}`, email, postingId: posting });
  const begun = performance.now();
  lever.admin.moveCandidate(id, triggerStage);
  if (aim === 'stub') await (await request(world.stubUrl, { method: 'POST', body: text })).body.dump();
  let longest = 0;
  // Lever shows the error tag when the refusal has been dealt with.
  while (!lever.admin.candidate(id).tags.includes('POP-Error')) {
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

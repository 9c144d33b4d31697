import type { Amounts } from '../options';
import { spread } from '../statistics';
import { stopOnSignal } from '../stop-on-signal';
import { type Aim, type Attack, attacks } from './loads';
import { refusals } from './refusal';
import { type AttackWorld, buildAttackWorld } from './world';

/** Each attack's figure in every repetition, while the load was aimed at the hub and while it was aimed at the stub. */
export type AttackRounds = Record<string, Record<Aim, number[]>>;

/** The same load in turn at the hub and at a stub beside it, on one machine in one run: their ratio is what the attack does. */
export async function runAttacks(
  options: Amounts,
  say: (line: string) => void,
): Promise<{ table: string; rounds: AttackRounds }> {
  const rounds: AttackRounds = {};
  // With workers, and last: a process that answers nobody any more is good for nothing else.
  for (const part of [attacks, refusals]) {
    const world = await buildAttackWorld();
    const forget = stopOnSignal(world);
    try {
      if (part === attacks) await world.hub.pauseWorkers();
      for (const attack of part) rounds[attack.name] = await measure(world, attack, options, say);
    } finally {
      forget();
      await world.stop();
    }
  }
  return { table: table([...attacks, ...refusals], rounds), rounds };
}

async function measure(
  world: AttackWorld,
  attack: Attack,
  { repetitions }: Amounts,
  say: (line: string) => void,
): Promise<Record<Aim, number[]>> {
  const figures: Record<Aim, number[]> = { stub: [], hub: [] };
  for (let repetition = 0; repetition <= repetitions; repetition += 1) {
    const stub = await attack.measure(world, 'stub');
    const hub = await attack.measure(world, 'hub');
    say(
      `  ${repetition === 0 ? 'warm-up' : `round ${repetition}`}  ${attack.name}: ${brief(hub)} / ${brief(stub)}`,
    );
    // What never ends needs no further proof.
    const isLast = repetition === repetitions || hub > 10_000;
    if (repetition > 0 || isLast) {
      figures.stub.push(stub);
      figures.hub.push(hub);
    }
    if (isLast) break;
  }
  return figures;
}

const brief = (value: number): string => value.toFixed(value < 100 ? 1 : 0);

function table(all: readonly Attack[], rounds: AttackRounds): string {
  const show = (values: readonly number[]): string => {
    const { median, min, max } = spread(values);
    return `${brief(median)} (${brief(min)} - ${brief(max)})`;
  };
  const lines = all.map(({ name, figure }) => {
    const { hub = [], stub = [] } = rounds[name] ?? {};
    const ratios = hub.map((value, index) => value / (stub[index] as number));
    return [`${name}: ${figure}`, show(hub), show(stub), show(ratios)];
  });
  return [['', 'aimed at the hub', 'aimed at a stub', 'ratio'], ...lines]
    .map(([what = '', hub = '', stub = '', ratio = '']) =>
      `${what.padEnd(92)} ${hub.padEnd(28)} ${stub.padEnd(28)} ${ratio}`.trimEnd(),
    )
    .join('\n');
}

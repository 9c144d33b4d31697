import type { SideName } from './side';
import type { Spread } from './statistics';
import { spread } from './statistics';

/** What one round of one side came to, by the name of the figure. */
export type Round = Record<string, number>;

/** Every round that was measured; repetition n of one side stands beside repetition n of the other. */
export type Rounds = Record<SideName, Round[]>;

/** How a figure is shown, and what is asked of it. */
export interface Figure {
  name: string;
  digits: number;
  /** What the ratio hub / bare has to keep; none: it is told, nothing is asked. */
  target?: { least: number } | { most: number };
}

const width = { name: 40, value: 26, ratio: 24 };

/** A table of all figures, each with median and spread, and the ratio of hub to bare. */
export function table(figures: readonly Figure[], rounds: Rounds): string {
  const head = row('', 'hub', 'bare Temporal', 'hub / bare', 'target');
  return [head, ...figures.flatMap((figure) => line(figure, rounds))].join('\n');
}

function line(figure: Figure, rounds: Rounds): string[] {
  const { name, digits, target } = figure;
  const of = (side: SideName): number[] => rounds[side].map((round) => round[name] ?? Number.NaN);
  const [hub, bare] = [of('hub'), of('bare')];
  if ([...hub, ...bare].every(Number.isNaN)) return [];
  const ratios = hub.map((value, index) => value / (bare[index] as number)).filter(Number.isFinite);
  const ratio = spread(ratios);
  return [
    row(
      name,
      show(spread(hub), digits),
      show(spread(bare), digits),
      ratios.length === 0 ? '' : show(ratio, 2),
      target === undefined ? '' : judge(ratio.median, target),
    ),
  ];
}

const show = ({ median, min, max }: Spread, digits: number): string =>
  Number.isNaN(median) ? '-' : `${median.toFixed(digits)} (${min.toFixed(digits)} - ${max.toFixed(digits)})`;

function judge(ratio: number, target: { least: number } | { most: number }): string {
  const [kept, words] =
    'least' in target
      ? [ratio >= target.least, `at least ${target.least.toFixed(2)}`]
      : [ratio <= target.most, `at most ${target.most.toFixed(2)}`];
  return `${words}: ${kept ? 'kept' : 'NOT KEPT'}`;
}

const row = (name: string, hub: string, bare: string, ratio: string, target: string): string =>
  [
    name.padEnd(width.name),
    hub.padEnd(width.value),
    bare.padEnd(width.value),
    ratio.padEnd(width.ratio),
    target,
  ]
    .join(' ')
    .trimEnd();

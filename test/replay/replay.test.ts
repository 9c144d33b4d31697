import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import {
  bundleWorkflowCode,
  DefaultLogger,
  makeTelemetryFilterString,
  Runtime,
  Worker,
} from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { parseKeyRing } from '../../platform/crypto/keyring';
import { createDataConverter } from '../../platform/temporal/data-converter';
import { replayKeys } from './keys';

/** Replays whole recorded runs with the workflow code as it is now; README.md says how they were recorded. */

const root = resolve(__dirname, '../..');
const folder = join(__dirname, 'histories');
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .map((file) => file.slice(0, -'.json'.length));
const dataConverter = createDataConverter(parseKeyRing(replayKeys));

interface History {
  events: { eventType: string; workflowExecutionStartedEventAttributes?: { workflowId: string } }[];
}
const historyOf = (name: string): History =>
  JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as History;

const quiet = new DefaultLogger('ERROR', () => undefined);
// Most of what is replayed here is meant to fail.
Runtime.install({
  logger: quiet,
  telemetryOptions: {
    logging: { filter: makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' }), forward: {} },
  },
});

const bundle = async (sources: string): Promise<string> =>
  (
    await bundleWorkflowCode({
      workflowsPath: join(sources, 'workflows', 'index.ts'),
      failureConverterPath: join(sources, 'platform', 'temporal', 'failure-converter.ts'),
      logger: quiet,
    })
  ).code;

const replay = (code: string, name: string): Promise<void> => {
  const history = historyOf(name);
  const workflowId = history.events[0]?.workflowExecutionStartedEventAttributes?.workflowId;
  return Worker.runReplayHistory({ workflowBundle: { code }, dataConverter }, history, workflowId);
};

describe('the recorded runs', () => {
  let code: string;
  beforeAll(async () => {
    code = await bundle(root);
  });

  it('are of every kind that a run can be', () => {
    expect(names).toEqual(
      expect.arrayContaining([
        'amendment',
        'archived-while-inviting',
        'attention-retried',
        'cancelled',
        'candidacy',
        'completed',
        'continued-as-new-1',
        'continued-as-new-2',
        'expired',
        'rejected-by-the-vendor',
        'screened',
        'screened-while-revoked',
        'several-child',
        'several-parent',
        'skipped',
        'suspended-and-resumed',
      ]),
    );
  });

  it.each(names)('%s is whole and replays', async (name) => {
    const { events } = historyOf(name);
    const last = name.startsWith('continued-as-new') && name !== names.filter(isContinued).at(-1);
    expect(events.at(-1)?.eventType).toBe(
      last ? 'EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW' : 'EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED',
    );
    await replay(code, name);
  });
});

const isContinued = (name: string): boolean => name.startsWith('continued-as-new');

describe('a workflow that was changed without heed of open runs', () => {
  let copy: string;
  beforeEach(async () => {
    const ignored = join(root, '.fulcrum');
    mkdirSync(ignored, { recursive: true });
    copy = await mkdtemp(join(ignored, 'replay-'));
    for (const part of [
      'workflows',
      'domain',
      'activities/types.ts',
      'platform/temporal/failure-converter.ts',
    ]) {
      cpSync(join(root, part), join(copy, part), { recursive: true });
    }
  });
  afterEach(() => rmSync(copy, { recursive: true, force: true }));

  it.each(names)('by one step more at its start cannot replay %s', async (name) => {
    writeFileSync(join(copy, 'workflows', 'index.ts'), oneStepMore);
    await expect(replay(await changed('step', copy), name)).rejects.toThrow(DeterminismViolationError);
  });

  it.each(['completed', 'cancelled', 'amendment'])(
    'by looking before every effect cannot replay %s',
    async (name) => {
      const file = join(copy, 'domain', 'effects.ts');
      const before = readFileSync(file, 'utf8');
      const after = before.replace("repeats[effect.kind] === 'doubles';", "effect.kind !== 'archive';");
      expect(after).not.toBe(before);
      writeFileSync(file, after);
      await expect(replay(await changed('look', copy), name)).rejects.toThrow(DeterminismViolationError);
    },
  );
});

const oneStepMore = `
import { sleep } from '@temporalio/workflow';
import * as recordedAmendment from './amendment/workflow';
import * as recordedAssessment from './assessment/workflow';
import * as recordedCandidacy from './candidacy/workflow';

export async function assessment(input: Parameters<typeof recordedAssessment.assessment>[0]): Promise<unknown> {
  await sleep(1);
  return recordedAssessment.assessment(input);
}

export async function candidacy(input: Parameters<typeof recordedCandidacy.candidacy>[0]): Promise<unknown> {
  await sleep(1);
  return recordedCandidacy.candidacy(input);
}

export async function amendment(input: Parameters<typeof recordedAmendment.amendment>[0]): Promise<unknown> {
  await sleep(1);
  return recordedAmendment.amendment(input);
}
`;

const bundles = new Map<string, Promise<string>>();
/** One bundle per change. */
function changed(change: string, sources: string): Promise<string> {
  const made = bundles.get(change) ?? bundle(sources);
  bundles.set(change, made);
  return made;
}

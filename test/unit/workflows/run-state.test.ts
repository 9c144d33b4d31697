import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defaultPayloadConverter } from '@temporalio/common';
import { endedFor } from '../../../domain/end-reasons';
import { parseKeyRing } from '../../../platform/crypto/keyring';
import { createDataConverter } from '../../../platform/temporal/data-converter';
import type { AssessmentInput } from '../../../workflows/assessment/contract';
import { Inbox } from '../../../workflows/assessment/inbox';
import type { CarriedRunState, RunState } from '../../../workflows/assessment/run-state';
import { freshState, resumed } from '../../../workflows/assessment/run-state';
import { replayKeys } from '../../replay/keys';

/** A run goes on in a new history with what an earlier one, perhaps of older code, has carried on. */

const read = (...path: string[]): unknown => JSON.parse(readFileSync(join(__dirname, ...path), 'utf8'));
const again = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
const known = freshState(null);

/** Everything that this code goes by is there, and nothing else is left in it. */
function expectWhole(state: RunState): void {
  expect(Object.keys(state).sort()).toEqual(Object.keys(known).sort());
  for (const part of ['inbox', 'ledger'] as const)
    expect(Object.keys(state[part]).sort()).toEqual(Object.keys(known[part]).sort());
  expect(Object.keys(state.lifecycle)).toEqual(expect.arrayContaining(Object.keys(known.lifecycle)));
  expect(new Inbox(state.inbox).snapshot()).toEqual(state.inbox);
  // As it would be carried on once more, without having done anything.
  expect(resumed(again(state))).toEqual(state);
}

interface Event {
  workflowExecutionStartedEventAttributes?: { input?: { payloads: Record<'data', string>[] } };
  workflowExecutionContinuedAsNewEventAttributes?: { input?: { payloads: Record<'data', string>[] } };
}

const [codec] = createDataConverter(parseKeyRing(replayKeys)).payloadCodecs ?? [];

/** What an event of a history gives to the run that starts with it, or after it. */
async function inputOf(event: Event): Promise<AssessmentInput[]> {
  const { input } =
    event.workflowExecutionStartedEventAttributes ??
    event.workflowExecutionContinuedAsNewEventAttributes ??
    {};
  const sealed = (input?.payloads ?? []).map(({ data, ...rest }) => ({
    metadata: Object.fromEntries(
      Object.entries((rest as unknown as { metadata: Record<string, string> }).metadata).map(
        ([name, value]) => [name, Buffer.from(value, 'base64')],
      ),
    ),
    data: Buffer.from(data, 'base64'),
  }));
  const opened = (await codec?.decode(sealed)) ?? [];
  return opened.map((payload) => defaultPayloadConverter.fromPayload<AssessmentInput>(payload));
}

describe('what a run carries on', () => {
  it.each(['continued-as-new-1', 'continued-as-new-2', 'continued-as-new-3'])(
    'is understood as %s, a recorded history, has it',
    async (name) => {
      const { events } = read('..', '..', 'replay', 'histories', `${name}.json`) as { events: Event[] };
      const inputs = (await Promise.all(events.map(inputOf))).flat();
      const carried = inputs.flatMap(({ resume }) => (resume === undefined ? [] : [resume]));
      expect(carried).toHaveLength(name === 'continued-as-new-2' ? 2 : 1);
      carried.map(resumed).forEach(expectWhole);
    },
  );

  const shapes = readdirSync(join(__dirname, 'run-states'));

  it.each(shapes)('is understood in the older shape %s', (shape) => {
    expectWhole(resumed(read('run-states', shape) as CarriedRunState));
  });

  it('has its reason in words made one that has a code', () => {
    const { lifecycle, ledger, inbox, heldUp } = resumed(
      read('run-states', 'reason-in-words.json') as CarriedRunState,
    );
    expect(lifecycle.reason).toEqual(endedFor('fault', 'the vendor refused: unknown position'));
    expect({ at: ledger.at, deferred: inbox.deferred, heldUp }).toEqual({
      at: 0,
      deferred: [],
      heldUp: null,
    });
  });

  it('keeps what held a run up, with how often, and when it checks its opportunity again', () => {
    const { heldUp, heldUpTimes, lookAgain, inbox } = resumed(
      read('run-states', 'held-up.json') as CarriedRunState,
    );
    expect(heldUp).toMatchObject({ failure: { code: 'connection.misconfigured' }, tags: ['On hold'] });
    expect(heldUpTimes).toBe(2);
    expect(lookAgain).toEqual({ at: 1_750_000_060_000, looks: 1 });
    expect(inbox.deferred).toMatchObject([{ kind: 'opportunity', looks: 1 }]);
  });
});

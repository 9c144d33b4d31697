import { isDeepStrictEqual } from 'node:util';
import type { Client, ScheduleDescription } from '@temporalio/client';
import { ScheduleAlreadyRunning, ScheduleNotFoundError, ScheduleOverlapPolicy } from '@temporalio/client';
import type { SearchAttributePair } from '@temporalio/common';
import { TypedSearchAttributes } from '@temporalio/common';

/**
 * Workflows that Temporal starts again and again. A run that still goes on when the next one is due lets that one be
 * skipped. Durations in milliseconds; Temporal rounds them to whole seconds.
 */
export interface ScheduleDefinition {
  /** Its runs' workflow ids begin with it; Temporal adds the time of each. */
  scheduleId: string;
  every: number;
  /** Moves all runs by the same time, below `every`; Temporal counts from the epoch. */
  offset?: number;
  /** Moves each run by a random time up to this one. */
  jitter?: number;
  /** How late a run is still made up for that Temporal missed; at least 10 s. */
  catchupWindow: number;
  workflowType: string;
  taskQueue: string;
  /** JSON values. */
  args: readonly unknown[];
  /** What its runs are for, in a line for operators. */
  summary?: string;
  fairnessKey?: string;
  /** On the Schedule and on its runs. */
  searchAttributes?: SearchAttributePair[];
  /** Absent: as an operator has left it, which for a new one is not paused. */
  paused?: boolean;
  /** Why it is paused. */
  note?: string;
}

/**
 * Makes the Schedule exist with exactly this definition: creates it, or updates it where it differs. Safe when several
 * processes call at once: the last writer wins, and those of one release write the same.
 * @throws the client's error when the server cannot be reached or does not take the definition
 */
export async function ensureSchedule(
  client: Pick<Client, 'schedule'>,
  definition: ScheduleDefinition,
): Promise<void> {
  const { scheduleId } = definition;
  try {
    await client.schedule.create({ ...optionsOf(definition), scheduleId });
    return;
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
  }
  const handle = client.schedule.getHandle(scheduleId);
  try {
    const found = await handle.describe();
    const wanted = keepingPause(definition, found);
    // An update is written to the Schedule's own history; one that changes nothing is spared.
    if (isDeepStrictEqual(plain(wanted), described(found))) return;
    await handle.update(() => optionsOf(wanted));
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
    // Deleted by another process between our two calls.
    await ensureSchedule(client, definition);
  }
}

/** Takes the Schedule away; a run that has begun goes on. Nothing happens when there is none. */
export async function deleteSchedule(client: Pick<Client, 'schedule'>, scheduleId: string): Promise<void> {
  try {
    await client.schedule.getHandle(scheduleId).delete();
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
  }
}

function keepingPause(definition: ScheduleDefinition, found: ScheduleDescription): ScheduleDefinition {
  if (definition.paused !== undefined) return definition;
  const { paused, note } = found.state;
  return { ...definition, paused, ...(note !== undefined && { note }) };
}

const overlap = ScheduleOverlapPolicy.SKIP;

function optionsOf(definition: ScheduleDefinition) {
  const { offset, jitter, summary, fairnessKey, paused, note } = definition;
  const attributes = definition.searchAttributes && {
    typedSearchAttributes: new TypedSearchAttributes(definition.searchAttributes),
  };
  return {
    spec: {
      intervals: [{ every: definition.every, ...(offset !== undefined && { offset }) }],
      ...(jitter !== undefined && { jitter }),
    },
    action: {
      type: 'startWorkflow' as const,
      workflowId: definition.scheduleId,
      workflowType: definition.workflowType,
      taskQueue: definition.taskQueue,
      args: [...definition.args],
      ...(summary !== undefined && { staticSummary: summary }),
      ...(fairnessKey !== undefined && { priority: { fairnessKey } }),
      ...attributes,
    },
    policies: { overlap, catchupWindow: definition.catchupWindow },
    state: { paused: paused ?? false, ...(note !== undefined && { note }) },
    ...attributes,
  };
}

const seconds = (ms: number | undefined): number => Math.round((ms ?? 0) / 1_000);
const attributesOf = (given: SearchAttributePair[] | TypedSearchAttributes = []): unknown =>
  Object.fromEntries(
    (given instanceof TypedSearchAttributes ? given.getAll() : given).map(({ key, value }) => [
      key.name,
      value,
    ]),
  );

/** A definition with its defaults filled in, to be compared with `described`. */
function plain(definition: ScheduleDefinition): unknown {
  const attributes = attributesOf(definition.searchAttributes);
  return {
    intervals: [[seconds(definition.every), seconds(definition.offset)]],
    jitter: seconds(definition.jitter),
    policies: [overlap, seconds(definition.catchupWindow)],
    action: [definition.scheduleId, definition.workflowType, definition.taskQueue],
    args: JSON.parse(JSON.stringify(definition.args)) as unknown,
    summary: definition.summary ?? '',
    fairnessKey: definition.fairnessKey ?? '',
    attributes: [attributes, attributes],
    state: [definition.paused ?? false, definition.note ?? ''],
  };
}

function described(found: ScheduleDescription): unknown {
  const { spec, policies, action, state } = found;
  return {
    intervals: spec.intervals?.map(({ every, offset }) => [seconds(every), seconds(offset)]),
    jitter: seconds(spec.jitter),
    policies: [policies.overlap, seconds(policies.catchupWindow)],
    action: [action.workflowId, action.workflowType, action.taskQueue],
    args: action.args ?? [],
    summary: action.staticSummary ?? '',
    fairnessKey: action.priority?.fairnessKey ?? '',
    attributes: [attributesOf(found.typedSearchAttributes), attributesOf(action.typedSearchAttributes)],
    state: [state.paused, state.note ?? ''],
  };
}

import { ApplicationFailure } from '@temporalio/common';
import { createLogger } from '../../../platform/log';
import { sdkLogger } from '../../../workers/runtime';

/** The levels and messages that come out for what the SDK says, at the finest level. */
function heard(speak: (logger: ReturnType<typeof sdkLogger>) => void): [number, string][] {
  const lines: string[] = [];
  const log = createLogger({
    level: 'trace',
    name: 'test',
    destination: { write: (line) => lines.push(line) },
  });
  speak(sdkLogger(log));
  return lines
    .map((line) => JSON.parse(line) as { level: number; msg: string })
    .map(({ level, msg }) => [level, msg]);
}

test('what is meant to be so is no warning, and single workers coming up are for those who look for a fault', () => {
  expect(
    heard((sdk) => {
      sdk.warn('No workflows registered, not polling for workflow tasks', { taskQueue: 'lever' });
      sdk.info('No Nexus services registered, not polling for Nexus tasks');
      sdk.info('Worker state changed', { state: 'RUNNING' });
      sdk.log('INFO', 'Worker state changed');
      sdk.warn('No activities registered, not polling for activity tasks');
      sdk.log('ERROR', 'Worker failed');
      sdk.trace('a whole activation');
      sdk.log('TRACE', 'a whole activation');
    }),
  ).toEqual([
    [20, 'Worker state changed'],
    [20, 'Worker state changed'],
    [40, 'No activities registered, not polling for activity tasks'],
    [50, 'Worker failed'],
  ]);
});

test('of a failing activity it tells type, code and place, at every level, and never its words', () => {
  const lines: string[] = [];
  const log = createLogger({
    level: 'trace',
    name: 'test',
    destination: { write: (line) => lines.push(line) },
  });
  const sdk = sdkLogger(log);
  const error = ApplicationFailure.create({
    type: 'vendor.rejected',
    message: 'SMG: it was refused (Dana Example, +1 555 010 0199)',
    details: [{ said: 'Dana Example' }],
    cause: new Error('Dana Example'),
  });
  const meta = {
    error,
    taskQueue: 'vendor-smg',
    attempt: 2,
    isLocal: false,
    input: { candidate: 'Dana Example' },
    args: ['Dana Example'],
  };
  for (const level of ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR'] as const)
    sdk.log(level, 'Activity failed', meta);
  sdk.warn('Activity failed', meta);
  expect(lines).toHaveLength(5);
  for (const line of lines) {
    expect(line).not.toContain('Dana');
    expect(line).not.toContain('0199');
    expect(JSON.parse(line)).toMatchObject({
      error: { type: 'ApplicationFailure', failure: 'vendor.rejected', cause: { type: 'Error' } },
      taskQueue: 'vendor-smg',
      attempt: 2,
    });
  }
});

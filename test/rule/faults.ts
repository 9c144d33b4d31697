import type { Disturbance } from '../helpers/http-gate';

/** What can be wrong with an answer, as the rule of decision 0001 is tried with. */

export type Fault = Omit<Disturbance, 'matches'>;

const refused = (status: number, headers: Record<string, string> = {}): Fault => ({
  reaches: false,
  answer: {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ code: `Simulated${status}`, message: `Simulated ${status}` }),
  },
});

export const faults = {
  '400': refused(400),
  '401': refused(401),
  '403': refused(403),
  '404': refused(404),
  '409': refused(409),
  '410': refused(410),
  '422': refused(422),
  '429': refused(429, { 'retry-after': '1' }),
  '500': refused(500),
  '503': refused(503, { 'retry-after': '1' }),
  hang: { reaches: false, answer: 'none' },
  'lost request': { reaches: false, answer: 'broken' },
  'lost answer': { reaches: true, answer: 'broken' },
  /** Done, and answered by somebody who stands in between. */
  garbage: {
    reaches: true,
    answer: {
      status: 200,
      headers: { 'content-type': 'text/html' },
      body: '<!doctype html><title>One moment, please</title>',
    },
  },
  /** Done, and answered in words that nobody has agreed on. */
  'another shape': {
    reaches: true,
    answer: { status: 200, headers: { 'content-type': 'application/json' }, body: '{"data":{"ok":7}}' },
  },
} as const satisfies Record<string, Fault>;

export type FaultName = keyof typeof faults;

export const faultNames = Object.keys(faults) as FaultName[];

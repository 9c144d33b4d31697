import { z } from 'zod';
import { sweepAlarms } from '../../../domain/sweep';
import { time } from '../answers';
import { operation } from '../operation';

/** The sweep: what it last came to, and the word of a person that it waits for. */

const tag = 'sweep';

const sweepAnswer = z.strictObject({
  sweptAt: time.nullable().meta({ description: 'When a sweep last finished without an alarm.' }),
  namespace: z.string().nullable().meta({
    description: 'Id of the Temporal namespace whose runs are on record; null before the first sweep.',
  }),
  alarm: z
    .strictObject({
      kind: z.enum(sweepAlarms),
      reason: z.string().meta({ description: 'In words.' }),
      rows: z.int().meta({ description: 'How many runs were to be closed.' }),
      examples: z.array(z.string()).meta({
        description: 'Ids of their assessments, 20 at most. Until it is released their rows look open.',
      }),
      since: time,
      foundNamespace: z
        .string()
        .nullable()
        .meta({ description: 'Id of the namespace that was found instead of the known one.' }),
    })
    .nullable()
    .meta({ description: 'Why no run is closed until a person agrees; null: there is no alarm.' }),
  releasedRows: z.int().meta({
    description: 'How many runs the next sweep may close after a release: those of the alarm, and 20 more.',
  }),
});

export const getSweep = operation({
  id: 'getSweep',
  right: 'read',
  action: 'sweep.read',
  audited: 'refusals',
  reach: 'everything',
  tag,
  method: 'get',
  path: '/sweep',
  summary: 'Read the state of the sweep',
  input: {},
  status: 200,
  answer: sweepAnswer,
  problems: [],
});

export const releaseSweep = operation({
  id: 'releaseSweep',
  right: 'administer',
  action: 'sweep.release',
  audited: 'change',
  reach: 'everything',
  tag,
  method: 'post',
  path: '/sweep/release',
  summary: 'Release the sweep after a person has checked',
  input: {
    body: z.strictObject({
      alarm: z.enum(sweepAlarms).meta({
        description:
          '`too_many`: the runs that were found are closed. `other_server`: the Temporal namespace that was found is the hub’s from now on.',
      }),
    }),
  },
  status: 200,
  answer: sweepAnswer,
  problems: ['conflict'],
});

export type SweepAnswer = z.output<typeof sweepAnswer>;

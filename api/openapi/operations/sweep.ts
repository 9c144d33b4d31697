import { z } from 'zod';
import { sweepAlarms } from '../../../domain/sweep';
import { time } from '../answers';
import { operation } from '../operation';

/** The sweep: what it last came to, and the word of a person that it waits for. */

const tag = 'sweep';

const sweepAnswer = z.strictObject({
  sweptAt: time.nullable().meta({ description: 'When one last came to its end without an alarm.' }),
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
        .meta({ description: 'Id of the namespace that was met instead of the known one.' }),
    })
    .nullable()
    .meta({ description: 'Why no run is closed until a person says so; null: all is well.' }),
  releasedRows: z.int().meta({
    description:
      'How many runs the next sweep may close, because a person said so: those of the alarm, and 20 more.',
  }),
});

export const getSweep = operation({
  id: 'getSweep',
  tag,
  method: 'get',
  path: '/sweep',
  summary: 'Read what the sweep waits for',
  input: {},
  status: 200,
  answer: sweepAnswer,
  problems: [],
});

export const releaseSweep = operation({
  id: 'releaseSweep',
  tag,
  method: 'post',
  path: '/sweep/release',
  summary: 'Let the sweep go on after a person has looked',
  input: {
    body: z.strictObject({
      alarm: z.enum(sweepAlarms).meta({
        description:
          '`too_many`: the runs that were found are closed. `other_server`: the Temporal namespace that was met is the hub’s from now on.',
      }),
    }),
  },
  status: 200,
  answer: sweepAnswer,
  problems: ['conflict'],
});

export type SweepAnswer = z.output<typeof sweepAnswer>;

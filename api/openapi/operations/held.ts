import { z } from 'zod';
import { duration } from '../../../domain/durations';
import { connectionId } from '../../connections/input';
import { operation } from '../operation';

/** Many held deliveries at once, oldest first (decision 0005). */

const tag = 'deliveries';
/** As many as one call may take: each is a conversation with Temporal. */
const mostAtOnce = 200;

const input = {
  params: connectionId,
  body: z
    .strictObject({
      limit: z.number().int().min(1).max(mostAtOnce).default(50),
      olderThan: duration
        .optional()
        .meta({ description: 'Only what was stored longer ago than this, e.g. `3d`.' }),
    })
    .default({ limit: 50 }),
};
const left = z.int().meta({ description: 'How many are still held.' });

export const releaseHeld = operation({
  id: 'releaseHeld',
  right: 'act',
  action: 'connection.held.release',
  audited: 'change',
  tag,
  method: 'post',
  path: '/connections/:id/held/release',
  summary: 'Release held deliveries of a connection',
  input,
  status: 200,
  answer: z.strictObject({ released: z.int(), left }),
  problems: ['connection.missing', 'conflict', 'temporal.unavailable', 'store.unavailable'],
});

export const discardHeld = operation({
  id: 'discardHeld',
  right: 'act',
  action: 'connection.held.discard',
  audited: 'change',
  tag,
  method: 'post',
  path: '/connections/:id/held/discard',
  summary: 'Discard held deliveries of a connection for good',
  input,
  status: 200,
  answer: z.strictObject({ discarded: z.int(), left }),
  problems: ['connection.missing'],
});

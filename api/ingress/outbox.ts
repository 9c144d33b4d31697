import type { Logger } from '../../platform/log';

/**
 * Records that wait in memory for the database. Only what loses no work when the process dies belongs here: the run
 * itself writes the delivery that started it, and an ignored or refused message asks for nothing (decision 0003).
 */
export interface Outbox<Item> {
  /** Keeps an item until it is written; the oldest go first when there is no room. */
  add(item: Item): void;
  /** Writes what waits, oldest first, until `write` fails. */
  flush(): Promise<void>;
  size(): number;
}

export interface OutboxOptions<Item> {
  /** Fails while the database is away; whatever fails is tried again. */
  write: (item: Item) => Promise<unknown>;
  /** Whether an item that could not be written can succeed later. */
  isAway: (error: unknown) => boolean;
  bytesOf: (item: Item) => number;
  log: Logger;
  maxItems?: number;
  maxBytes?: number;
}

/** About ten minutes of a busy hub. */
const defaultMaxItems = 10_000;
const defaultMaxBytes = 32 * 1024 * 1024;

export function createOutbox<Item>(options: OutboxOptions<Item>): Outbox<Item> {
  const { write, isAway, bytesOf, log, maxItems = defaultMaxItems, maxBytes = defaultMaxBytes } = options;
  const waiting: Item[] = [];
  let bytes = 0;
  let flushing: Promise<void> | null = null;

  const drop = (): void => {
    const item = waiting.shift();
    if (item !== undefined) bytes -= bytesOf(item);
  };

  const writeAll = async (): Promise<void> => {
    for (let item = waiting[0]; item !== undefined; item = waiting[0]) {
      try {
        await write(item);
      } catch (error) {
        if (isAway(error)) return;
        log.error({ err: error }, 'a delivery could not be recorded and is given up');
      }
      // The head may have been dropped for want of room while it was being written.
      if (waiting[0] === item) drop();
    }
  };

  return {
    add(item) {
      waiting.push(item);
      bytes += bytesOf(item);
      let dropped = 0;
      while (waiting.length > maxItems || (bytes > maxBytes && waiting.length > 1)) {
        drop();
        dropped += 1;
      }
      if (dropped > 0) log.warn({ dropped }, 'no room to keep delivery records until the database returns');
    },
    flush() {
      flushing ??= writeAll().finally(() => {
        flushing = null;
      });
      return flushing;
    },
    size: () => waiting.length,
  };
}

import type { Troubles } from '../db/troubles';
import { FulcrumError } from '../domain/errors';
import type { Trouble } from '../domain/trouble';
import type { Logger } from '../platform/log';
import type { About } from './about';

/**
 * Tells rows what keeps failing. What the database cannot take is kept, newest word only, and written on its return; so a
 * database that is away is told of, too, where it comes back before the step succeeds.
 */
export interface TroubleKeeper {
  tell(about: About, trouble: Trouble): void;
  /** The step got through, or nobody waits for it any more. */
  clear(about: About, step: string): void;
  stop(): Promise<void>;
}

type Word = { about: About; step: string; trouble: Trouble | null };

const retryMs = 2_000;

export function createTroubleKeeper(troubles: Troubles, log: Logger): TroubleKeeper {
  /** By row and step. */
  const waiting = new Map<string, Word>();
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> | null = null;
  let stopped = false;

  const write = ({ about, step, trouble }: Word): Promise<void> => {
    const { assessmentId, connectionId, identity } = about;
    if (assessmentId !== null) {
      return trouble === null
        ? troubles.clearRun(assessmentId, step)
        : troubles.ofRun({ assessmentId, identity }, trouble);
    }
    if (connectionId === null) return Promise.resolve();
    return trouble === null
      ? troubles.clearConnection(connectionId, step)
      : troubles.ofConnection(connectionId, trouble);
  };

  const flush = async (): Promise<void> => {
    for (const [key, word] of [...waiting]) {
      try {
        await write(word);
      } catch (error) {
        if (error instanceof FulcrumError && error.code === 'db.unavailable') break;
        log.warn({ err: error, step: word.step }, 'what keeps failing could not be written down');
      }
      // A newer word may have come meanwhile.
      if (waiting.get(key) === word) waiting.delete(key);
    }
  };

  const work = (): void => {
    clearTimeout(timer);
    if (writing !== null || stopped) return;
    writing = flush().finally(() => {
      writing = null;
      if (waiting.size === 0 || stopped) return;
      timer = setTimeout(work, retryMs);
      timer.unref();
    });
  };

  const put = (word: Word): void => {
    const key = `${word.about.assessmentId ?? word.about.connectionId ?? ''} ${word.step}`;
    // To the end of the line: rows hear their words in the order they were said.
    waiting.delete(key);
    waiting.set(key, word);
    work();
  };

  return {
    tell: (about, trouble) => put({ about, step: trouble.step, trouble }),
    clear: (about, step) => put({ about, step, trouble: null }),
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await writing;
    },
  };
}

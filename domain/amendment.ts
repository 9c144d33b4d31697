import type { ToldResult } from './assessment';
import type { EndReason } from './end-reasons';
import { toldByVendor } from './end-reasons';
import type { HighWaterMark } from './event-position';
import { highWaterMarkOf, isOlder, overtaken, positionOf } from './event-position';
import type { VendorEvent } from './events';
import type { Lifecycle } from './lifecycle';
import { isTerminal } from './lifecycle';
import { toldBy } from './result-wait';

/** What news mean to a run that is over (decision 0012): most are echoes, a few change the verdict. */
export type Amendment =
  | { do: 'fetchResult'; status: 'completed'; told?: ToldResult }
  | { do: 'plan'; status: 'declined'; trigger: 'declined'; reason: EndReason | null }
  | { do: 'ignore'; reason: string };

const ignore = (reason: string): Amendment => ({ do: 'ignore', reason });

/** Pure; `status` is the terminal state that was reached before the news came. */
export function amend(
  { status, ...mark }: Pick<Lifecycle, 'status'> & HighWaterMark,
  event: VendorEvent,
): Amendment {
  if (!isTerminal(status)) return ignore('the run is still open');
  if (status === 'skipped') return ignore('nobody was invited');
  const [position, known] = [positionOf(event), highWaterMarkOf(mark)];
  if (position !== undefined && known !== undefined && isOlder(position, known)) {
    return ignore(overtaken(position, known));
  }
  switch (event.type) {
    case 'completed':
    case 'changed': {
      // Finished after all, or evaluated anew: the result says whether anything changed.
      const told = toldBy(event);
      return { do: 'fetchResult', status: 'completed', ...(told !== undefined && { told }) };
    }
    case 'declined':
      // Who cannot prove to be the vendor can make the hub ask, and nothing else.
      if (event.unproven === true) return { do: 'fetchResult', status: 'completed' };
      // Of a run that ended unseen the vendor knows better how it ended.
      return status === 'completed' || status === 'failed'
        ? { do: 'plan', status: 'declined', trigger: 'declined', reason: toldByVendor(event.reason) }
        : ignore(`the run is already ${status}`);
    case 'started':
    case 'progress':
    case 'expired':
    case 'cancelled':
    case 'failed':
      return ignore(`the run is already ${status}`);
    default: {
      const unknown: never = event;
      throw new TypeError(`unknown vendor event ${JSON.stringify(unknown)}`);
    }
  }
}

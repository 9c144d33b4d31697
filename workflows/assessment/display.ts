import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import type { ErrorCode } from '../../domain/errors';
import type { Status } from '../../domain/lifecycle';
import { searchAttributes, unrouted } from '../search-attributes';
import type { RunStatus } from './contract';
import { detailsOf } from './describe';

/** What an operator sees of a run in Temporal Web UI: what it waits for, in words, and the words to search for. */
export class Display {
  /** What the start of the run has set. */
  private shown: string = unrouted;

  constructor(private readonly describe: () => RunStatus) {}

  show(): void {
    const run = this.describe();
    setCurrentDetails(detailsOf(run));
    const word = statusWord(run);
    // Each change is an event in the history.
    if (word === this.shown) return;
    this.shown = word;
    const { postingId } = run.facts;
    upsertSearchAttributes([
      { key: searchAttributes.status, value: word },
      ...(postingId === undefined ? [] : [{ key: searchAttributes.posting, value: postingId }]),
    ]);
  }

  /** In a history that goes on Temporal still has the words to search for, but not the details. */
  resume(): void {
    const run = this.describe();
    this.shown = statusWord(run);
    setCurrentDetails(detailsOf(run));
  }

  showError(code: ErrorCode): void {
    upsertSearchAttributes([{ key: searchAttributes.lastError, value: code }]);
  }
}

/**
 * The one word to search for: a flag that needs somebody counts more than the state. `inviting` follows `routing` within
 * moments and is not worth an event of its own; a run that hangs there is found as `routing`, and its details say why.
 */
function statusWord(run: RunStatus): Status | 'suspended' | 'attention' {
  if (run.attention.length > 0) return 'attention';
  if (run.suspended) return 'suspended';
  return run.status === 'inviting' ? unrouted : run.status;
}

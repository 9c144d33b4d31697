/** What a connection wants of its runs; durations in milliseconds. */
export interface PolicyInput {
  /** The run expires this long after the invitation; null: only the vendor ends it. */
  expiresAfterMs: number | null;
  /** Reminders go out this long after the invitation. */
  reminderOffsetsMs: number[];
  /** … and one at half of the time until the deadline, whoever set that. */
  remindsAtHalf?: boolean;
  /** What it means when the candidate leaves the trigger stage during the run. */
  onLeaveStage: 'keep' | 'cancel';
  /** A disconnected run is closed as unwritten after this long. */
  suspendLimitMs: number;
  /** How often the vendor is asked for news; null: it cannot be asked. */
  poll: { minMs: number; maxMs: number } | null;
  /** How long a result that does not show is waited for; absent: {@link usualResultWait}. */
  result?: ResultWait;
}

/** A callback is a claim and the result its proof: how long the proof may take, ms. */
export interface ResultWait {
  /** It is looked for several times within this time, ever less often; then at the pace of polling. */
  looksWithinMs: number;
  /** After this long Lever says that the candidate has finished, and that the result has to be looked up. */
  patienceMs: number;
}

export const usualResultWait: ResultWait = { looksWithinMs: 600_000, patienceMs: 86_400_000 };

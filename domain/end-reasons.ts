import type { SkipReason } from './events';
import { skipReasons } from './events';
import { endingWords, isEnding } from './sweep';

type Sentence = (detail: string | null) => string | null;

const notShown = 'the vendor does not show it';

/**
 * Why a run is where it is: why it ended, was skipped, or asks a person. The code is what is kept and compared; people read
 * the sentence, which is made where it is shown and may be reworded at any time. What a person or a vendor has said is the
 * detail of a code of its own, so no words of theirs mean anything to the hub.
 */
const ownSentences = {
  // What became of the opportunity.
  hired: () => 'the candidate was hired',
  left: () => 'the candidate left the stage',

  // What the hub does by itself.
  deadline: () => 'its deadline has passed',
  connection_disabled: () => 'the connection was disabled',
  suspend_limit: () => 'Lever could not be written to before the suspend limit',
  end_unwritten: (status) =>
    `${status ?? 'ended'}, but Lever could not be written to before the suspend limit`,
  ended_unseen: (ending) =>
    `${endedUnseenWords(ending)}. An invitation may still be open at the vendor, and a result will be shown here if it arrives. To assess the candidate again, move them into the stage once more`,

  // The result that does not come.
  result_not_shown: (fault) => fault ?? notShown,
  no_result: (fault) => `The result could not be fetched: ${fault ?? notShown}`,

  // What is known of an invitation too late, or not at all.
  withdrawn: () =>
    'the candidate was invited before the run was cancelled, and the invitation was withdrawn at the vendor',
  not_withdrawn: () =>
    'the candidate was invited before the run was cancelled, but the invitation could not be withdrawn at the vendor: its link may still open',
  perhaps_invited: () => 'the candidate may have been invited anyway: check at the vendor',

  // In the words of whoever said it.
  called_off: (words) => words ?? 'cancelled by an operator',
  told_by_vendor: (words) => words,
  fault: (words) => words ?? 'a fault of the hub',
} satisfies Record<string, Sentence>;

/** Skips say why in a table of their own, because a stage change is looked for again by some of them. */
const skipSentences = Object.fromEntries(
  Object.entries(skipReasons).map(([code, text]): [string, Sentence] => [code, (detail) => detail ?? text]),
) as Record<SkipReason, Sentence>;

const endedUnseenWords = (ending: string | null): string =>
  isEnding(ending) ? endingWords[ending] : (ending ?? endingWords.unknown);

export type EndCode = keyof typeof ownSentences | SkipReason;

const sentences: Record<EndCode, Sentence> = { ...ownSentences, ...skipSentences };

export interface EndReason {
  code: EndCode;
  /** What the sentence says besides, or all of it. Comes from outside: sealed at rest. */
  detail: string | null;
}

export const endedFor = (code: EndCode, detail: string | null = null): EndReason => ({ code, detail });

/** A vendor need not say why. */
export const toldByVendor = (words: string | undefined): EndReason | null =>
  words === undefined || words.trim() === '' ? null : endedFor('told_by_vendor', words.trim());

/** For people; null where there is nothing to say. A code that is not known here is shown as it is. */
export function endReasonText(reason: EndReason | null): string | null {
  if (reason === null) return null;
  const { code, detail } = reason;
  return Object.hasOwn(sentences, code) ? sentences[code](detail) : (detail ?? code);
}

/** Codes as the API shows them. */
export const endCodes = Object.keys(sentences) as [EndCode, ...EndCode[]];

/** How reasons were written before they had codes. */
const written: Record<string, EndCode> = {
  archived: 'archived',
  hired: 'hired',
  'left the stage': 'left',
  deleted: 'deleted',
  deadline: 'deadline',
  'the connection was disabled': 'connection_disabled',
  ...Object.fromEntries(Object.keys(skipReasons).map((code) => [code, code])),
};

/**
 * A reason as an open run carries it. Older code wrote a text: what the hub had written itself is known by it, anything
 * else is words.
 */
export function readEndReason(kept: EndReason | string | null): EndReason | null {
  if (typeof kept !== 'string') return kept;
  const code = Object.hasOwn(written, kept) ? written[kept] : undefined;
  return code === undefined ? endedFor('fault', kept) : endedFor(code);
}

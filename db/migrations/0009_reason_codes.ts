import type { Kysely } from 'kysely';
import { sql } from 'kysely';

/**
 * Reasons of deliveries are codes, with what their sentence says besides in a column of its own. Rows that have a sentence
 * get the code that it stood for; one that no code stands for is left as it is, and shown so.
 */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`alter table deliveries add column reason_detail text`.execute(db);
  // One pass over the table: it may be large.
  await sql`update deliveries set
      reason = known.code,
      reason_detail = nullif(substr(reason, length(known.sentence) + 1), '')
    from (values ${sql.join(known.map((one) => sql`(${sql.join(one)})`))}) as known (sentence, code, is_whole)
    where (reason = known.sentence and known.is_whole = 'yes')
      or (known.is_whole = 'no' and starts_with(reason, known.sentence) and reason not in (${sql.join(Object.keys(codes))}))`.execute(
    db,
  );
}

/** Sentences of the releases before this one; they stand nowhere else any more. */
const codes: Record<string, string> = {
  'the settings of the connection cannot be read: correct them': 'settings_unreadable',
  'this is more than 72 hours old: release or discard it': 'too_old',
  'more than 50 came at once: release or discard them': 'too_many',
  'it could not be processed: no key of FULCRUM_KEYS opens the stored message: it is damaged, or a key is missing that has to be put back':
    'unopened',
  'Temporal could not be reached': 'temporal_away',
  'the run could not be looked up': 'run_not_looked_up',
  'a run of the opportunity is just beginning: it is told in a moment': 'run_beginning',
  'a run of the opportunity cannot be told at once: it is told in a moment': 'run_beginning',
  'the run is told very much at once: this comes in its turn': 'run_told_much',
  'the run is over, but not on record as such yet': 'run_end_unrecorded',
  'its run is over, but not on record as such': 'run_end_unrecorded',
  'its run ended without taking it': 'run_ended_without_taking',
  'its run ended without carrying it out': 'run_ended_without_carrying_out',
  'found by reconciling: no webhook told of it': 'found_by_looking',
  'the connection no longer exists': 'connection_gone',
  'the connection is disabled': 'connection_disabled',
  'the hub does not listen to this kind of event': 'foreign_event',
  'the stage is not a trigger stage of this connection': 'no_trigger_stage',
  'the opportunity has no open run': 'no_open_run',
  'the message says nothing that concerns a run': 'no_news',
  'the run is not known any more': 'run_unknown',
  "no run is known under the vendor's reference yet": 'unknown_reference',
  'the run is over: given to its amendment': 'given_to_amendment',
  'the run of this stage change is already over': 'run_over',
  'the run of this event is already over': 'run_over',
  'the same event was taken with another delivery': 'taken_with_another',
  'discarded by an operator': 'discarded',
};

/** Those that went on with words of their own. */
const codesByBeginning: Record<string, string> = {
  'the connection is ': 'connection_not_active',
  'it could not be processed: ': 'unprocessable',
  'the same event was taken with delivery ': 'taken_with_another',
};

const known = [
  ...Object.entries(codes).map((one) => [...one, 'yes']),
  ...Object.entries(codesByBeginning).map((one) => [...one, 'no']),
];

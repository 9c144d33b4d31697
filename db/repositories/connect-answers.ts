import { guarded } from '../away';
import type { Database } from '../database';
import { lockedRow } from '../locked-row';

export type TakenAnswer =
  | 'taken'
  /** It was taken before. */
  | 'again'
  /** The link has taken as many as it may within the hour. */
  | 'tooOften'
  /** The link is not there any more. */
  | 'gone';

/** The answers of Lever's consent page that connect links have taken. */
export interface ConnectAnswers {
  /**
   * Each counts once, and a few for each link and hour; what does not count is not kept.
   * @param nonceDigest of what the browser's cookie held when it went to Lever: every way there has its own
   */
  take(linkId: string, nonceDigest: string): Promise<TakenAnswer>;
}

/** A wrong account, a permission that was overlooked, Lever away twice: more than that is nobody who wants to connect. */
const answersPerHour = 6;
/** Longer than an answer may be on its way, so that one that is forgotten would come too late in any case. */
const keptMs = 3_600_000;

export function createConnectAnswers(db: Database): ConnectAnswers {
  return guarded<ConnectAnswers>({
    // On the slow pool: it waits for whoever redeems the link at this moment.
    take: (linkId, nonceDigest) =>
      db.slow.transaction().execute(async (tx) => {
        const link = await lockedRow(tx, 'connect_links', linkId);
        if (link === undefined) return 'gone';
        await tx
          .deleteFrom('connect_answers')
          .where('link_id', '=', linkId)
          .where('taken_at', '<', new Date(Date.now() - keptMs))
          .execute();
        const taken = await tx
          .selectFrom('connect_answers')
          .select('nonce_digest')
          .where('link_id', '=', linkId)
          .execute();
        if (taken.some((answer) => answer.nonce_digest === nonceDigest)) return 'again';
        if (taken.length >= answersPerHour) return 'tooOften';
        const answer = { link_id: linkId, nonce_digest: nonceDigest, taken_at: new Date() };
        await tx.insertInto('connect_answers').values(answer).execute();
        return 'taken';
      }),
  });
}

import type { Erasures } from '../db/repositories/erasures';
import type { AtVendor, ErasedKind, Subject } from '../domain/erasure';
import { emptySubject, joined } from '../domain/erasure';
import type { ActivityDeps } from './deps';

/** How a person is erased from tables and Temporal, step by step; each may be repeated (decision 0044). */

interface Asked {
  erasureId: string;
}

/** What one step of a search has deleted, and where the next goes on; null: it was the last. */
export interface ErasedPage {
  deleted: number;
  after: string | null;
}

export interface ErasureRecords {
  /** Remembers that the person is erased, so that nothing comes back while the rest is done. Null: it is over. */
  beginErasure(input: Asked): Promise<{
    open: Pick<AtVendor, 'assessmentId' | 'connectionId' | 'vendor'>[];
    connectionIds: string[];
  } | null>;
  /** Ends and deletes the person's workflows; how many there were. Temporal shows them for a moment longer. */
  eraseExecutions(input: Asked): Promise<number>;
  /** Deletes those of the hub's own looks whose history names the person; a page of them at a time. */
  eraseLooks(input: Asked & { after: string | null }): Promise<ErasedPage>;
  /** Deletes rows by what their columns tell; how many. */
  eraseRows(input: Asked): Promise<number>;
  /** Deletes messages by what is sealed in them; a page of them at a time. */
  eraseMessages(input: Asked & { after: string | null }): Promise<ErasedPage>;
  noteAtVendor(input: Asked & Pick<AtVendor, 'assessmentId'> & Partial<AtVendor>): Promise<void>;
  finishErasure(input: Asked & { isComplete: boolean }): Promise<void>;
}

/** One execution of a workflow. */
export interface Execution {
  workflowId: string;
  runId: string;
}

/** The person's traces in Temporal. */
export interface PersonInTemporal {
  /** Every execution that is about the person, closed and continued ones among them, and what their names tell. */
  executionsOf(subject: Subject, before: Date): Promise<{ executions: Execution[]; found: Partial<Subject> }>;
  /** Executions of the hub's own looks whose history names the person. */
  looksNaming(
    subject: Subject,
    page: string | null,
  ): Promise<{ executions: Execution[]; page: string | null }>;
  /** Ends those that are open. One that is gone is no fault. */
  deleteExecutions(executions: readonly Execution[]): Promise<void>;
}

export interface ErasureDeps extends Pick<ActivityDeps, 'log'> {
  erasures: Erasures;
  inTemporal: PersonInTemporal;
}

export function createErasureRecords({ erasures, inTemporal, log }: ErasureDeps): ErasureRecords {
  const counted = async (id: string, kind: ErasedKind, found: number): Promise<void> => {
    if (found > 0) await erasures.count(id, kind, found);
  };

  return {
    async beginErasure({ erasureId }) {
      const begun = await erasures.begin(erasureId);
      const known = await erasures.subjectOf(erasureId);
      if (begun === null || known === null) return null;
      return {
        open: begun.atVendors
          .filter(({ outcome }) => outcome === 'pending')
          .map(({ assessmentId, connectionId, vendor }) => ({ assessmentId, connectionId, vendor })),
        connectionIds: known.subject.connectionIds,
      };
    },

    async eraseExecutions({ erasureId }) {
      const known = await erasures.subjectOf(erasureId);
      if (known === null) return 0;
      const { subject, before } = known;
      const { executions, found } = await inTemporal.executionsOf(subject, before);
      // Before they are gone: their names are what leads to what else there is.
      if (isNews(subject, found)) await erasures.learn(erasureId, found);
      await counted(erasureId, 'executions', executions.length);
      await inTemporal.deleteExecutions(executions);
      return executions.length;
    },

    async eraseLooks({ erasureId, after }) {
      const known = await erasures.subjectOf(erasureId);
      if (known === null) return { deleted: 0, after: null };
      const looked = await inTemporal.looksNaming(known.subject, after);
      await counted(erasureId, 'looks', looked.executions.length);
      await inTemporal.deleteExecutions(looked.executions);
      return { deleted: looked.executions.length, after: looked.page };
    },

    eraseRows: ({ erasureId }) => erasures.deleteRows(erasureId),

    eraseMessages: ({ erasureId, after }) => erasures.deleteBodies(erasureId, after),

    noteAtVendor: ({ erasureId, ...at }) => erasures.noteAtVendor(erasureId, at),

    async finishErasure({ erasureId, isComplete }) {
      await erasures.finish(erasureId, isComplete ? 'finished' : 'incomplete');
      if (isComplete) log.info({ erasureId }, 'a person was erased');
      else log.error({ erasureId }, 'a person could not be erased completely: request it again');
    },
  };
}

const isNews = (subject: Subject, found: Partial<Subject>): boolean =>
  JSON.stringify(joined(subject, found)) !== JSON.stringify(joined(subject, emptySubject([])));

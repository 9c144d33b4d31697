import { randomBytes } from 'node:crypto';
import type { Question } from '../kit/candidate';

/** A SuperScreener as Upwage's staff set it up. */
export interface Screener {
  id: string;
  name: string;
  /** The "Lever Job ID" that was asked for when it was made: an id, or the address of the posting's page. */
  leverJobId: string;
  questions: readonly Question[];
}

/** Who may sign in to the customer's Upwage account. */
export const people = [
  { id: 'admin', name: 'Ada Admin', isAdmin: true },
  { id: 'member', name: 'Mel Member', isAdmin: false },
] as const;

export type Outcome = 'PASSED' | 'FAILED' | 'INCOMPLETE';

/** What is behind the document's address. */
export type DocumentKind =
  | 'pdf'
  /** Out of a store that was told no type: it comes as `binary/octet-stream`. */
  | 'stored'
  /** Without any content type. */
  | 'untyped'
  /** 28 MiB, the most that Lever takes. */
  | 'large'
  | 'too-large'
  | 'endless'
  | 'redirect'
  | 'page'
  | 'wrong-hash'
  | 'gone'
  /** An address inside somebody's own network. */
  | 'private'
  /** None is announced. */
  | 'none';

export interface Answer {
  question: string;
  answer: string;
  verdict: 'PASS' | 'FAIL' | 'INFO';
}

/** One candidate's conversation with a screener. */
export interface Session {
  id: string;
  screenerId: string;
  candidate: { firstName: string; lastName: string; email: string | null; phone: string | null };
  leverOpportunityId: string | null;
  /** Null: that of the screener. */
  leverJobId: string | null;
  status: 'open' | 'started' | 'finished';
  outcome: Outcome | null;
  score: number | null;
  answers: Answer[];
  document: DocumentKind;
  finishedAt: Date | null;
  /** The unguessable part of the candidate's link and of the document's. */
  link: string;
  /** How many events were told of it. */
  events: number;
}

/** Everything the simulated vendor remembers, in memory. */
export class UpwageState {
  readonly screeners: Screener[];
  readonly #sessions: Session[] = [];
  #lastId = 5_000;
  #lastScreener = 100;

  constructor(screeners: readonly Screener[]) {
    this.screeners = structuredClone([...screeners]);
  }

  /** A screener with the usual questions. */
  addScreener(name: string, leverJobId: string): Screener {
    const id = `scr_${(this.#lastScreener += 1)}`;
    const screener: Screener = { id, name, leverJobId, questions: defaultQuestions };
    this.screeners.push(screener);
    return screener;
  }

  add(
    given: Pick<Session, 'screenerId' | 'candidate'> &
      Partial<Pick<Session, 'leverOpportunityId' | 'leverJobId' | 'document'>>,
  ): Session {
    const session: Session = {
      leverOpportunityId: null,
      leverJobId: null,
      document: 'pdf',
      ...given,
      id: `ses_${(this.#lastId += 1)}`,
      status: 'open',
      outcome: null,
      score: null,
      answers: [],
      finishedAt: null,
      link: randomBytes(12).toString('hex'),
      events: 0,
    };
    this.#sessions.push(session);
    return session;
  }

  /** Oldest first. */
  sessions({ email }: { email?: string | undefined } = {}): Session[] {
    return this.#sessions.filter(
      ({ candidate }) => email === undefined || candidate.email?.toLowerCase() === email.toLowerCase(),
    );
  }

  find(matches: (session: Session) => boolean): Session | undefined {
    return this.#sessions.find(matches);
  }

  /** Forgets sessions; their numbers go on, so that an old id can never mean a new one. */
  clear(): void {
    this.#sessions.length = 0;
  }
}

export const defaultQuestions: readonly Question[] = [
  { id: 'weekends', text: 'Can you work on weekends?', choices: ['Yes', 'No'] },
  { id: 'cash', text: 'Have you handled cash before?', choices: ['Yes', 'No'] },
  { id: 'why', text: 'What draws you to this job?' },
];

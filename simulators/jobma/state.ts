import { randomBytes } from 'node:crypto';
import type { Question } from '../kit/candidate';

/** An interview kit: what a customer puts together under Setup Interview > Interview Kit. */
export interface Kit {
  id: string;
  name: string;
  questions: Question[];
}

export type Status = 'pending' | 'completed' | 'rejected' | 'expired';
export const decisions = ['approved', 'rejected', 'on_hold'] as const;
export type Decision = (typeof decisions)[number];

export interface Candidate {
  firstName: string;
  lastName: string;
  email: string;
  phone: string;
}

export interface Evaluation {
  score: number | null;
  rating: number | null;
  decision: Decision | null;
}

/** One candidate's interview. */
export interface Interview extends Evaluation {
  token: string;
  kitId: string;
  jobId: string;
  jobCode: string;
  jobTitle: string;
  callbackUrl: string | undefined;
  candidate: Candidate;
  status: Status;
  createdAt: Date;
  expiresAt: Date;
  startedAt?: Date;
  completedAt?: Date;
  answers: Record<string, string>;
  /** The unguessable parts of the candidate's link and of the link to the results. */
  link: string;
  share: string;
}

const hash = (): string => randomBytes(12).toString('hex');

/** Everything the simulated vendor remembers, in memory. */
export class JobmaState {
  readonly kits: Kit[];
  readonly #interviews: Interview[] = [];
  #lastId = 5_000;

  constructor(kits: readonly Kit[]) {
    this.kits = structuredClone([...kits]);
  }

  kit(id: string): Kit | undefined {
    return this.kits.find((kit) => kit.id === id);
  }

  addKit(name: string, questions: readonly string[]): Kit {
    const kit: Kit = {
      id: String(Math.max(0, ...this.kits.map(({ id }) => Number(id))) + 1),
      name,
      questions: questions.map((text, index) => ({ id: `q${index + 1}`, text })),
    };
    this.kits.push(kit);
    return kit;
  }

  add(
    given: Pick<Interview, 'kitId' | 'jobId' | 'jobCode' | 'jobTitle' | 'callbackUrl' | 'candidate'>,
    validMs: number,
  ): Interview {
    const createdAt = new Date();
    const interview: Interview = {
      ...given,
      token: `it_${(this.#lastId += 1)}`,
      status: 'pending',
      createdAt,
      expiresAt: new Date(createdAt.getTime() + validMs),
      score: null,
      rating: null,
      decision: null,
      answers: {},
      link: hash(),
      share: hash(),
    };
    this.#interviews.push(interview);
    return interview;
  }

  /** Oldest first. */
  interviews({ email }: { email?: string | undefined } = {}): Interview[] {
    return this.#interviews.filter(
      ({ candidate }) => email === undefined || candidate.email.toLowerCase() === email.toLowerCase(),
    );
  }

  find(matches: (interview: Interview) => boolean): Interview | undefined {
    return this.#interviews.find(matches);
  }

  /** Forgets interviews; their numbers go on, so that an old token can never mean a new one. */
  clear(): void {
    this.#interviews.length = 0;
  }
}

const choices = ['Never', 'Sometimes', 'Often'] as const;

/** What the account starts with. */
export const defaultKits: readonly Kit[] = [
  {
    id: '101',
    name: 'Retail first interview',
    questions: [
      { id: 'q1', text: 'Please introduce yourself.' },
      { id: 'q2', text: 'How often have you worked in a shop?', choices },
    ],
  },
  {
    id: '102',
    name: 'Leadership interview',
    questions: [
      { id: 'q1', text: 'Tell us of a team that you led.' },
      { id: 'q2', text: 'How often do you give feedback?', choices },
    ],
  },
];

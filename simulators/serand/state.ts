import { randomBytes } from 'node:crypto';
import type { Question } from '../kit/candidate';

/** An assessment as a customer sets it up; only a live one is ever sent. */
export interface Assessment {
  id: string;
  name: string;
  /** The field "ATS ID": the Lever posting it is for. */
  atsId: string | null;
  isDefault: boolean;
  status: 'draft' | 'live';
  questions: readonly Question[];
}

export type Status = 'invited' | 'started' | 'completed' | 'expired' | 'cancelled';

export interface Scores {
  skills: number;
  values: number;
  personality: string;
  culture_fit: number;
  overall: number;
}

/** One candidate's invitation. */
export interface Invitation {
  id: string;
  candidateId: string;
  assessmentId: string;
  externalId: string | null;
  callbackUrl: string | undefined;
  candidate: { firstName: string; lastName: string; email: string };
  status: Status;
  createdAt: Date;
  expiresAt: Date;
  completedAt?: Date;
  scores?: Scores;
  /** The unguessable parts of the candidate's link and of the link to the profile. */
  link: string;
  profile: string;
}

const hash = (): string => randomBytes(12).toString('hex');

/** Everything the simulated vendor remembers, in memory. */
export class SerandState {
  readonly assessments: Assessment[];
  readonly #invitations: Invitation[] = [];
  readonly #byKey = new Map<string, Invitation>();
  #lastId = 7_000;

  constructor(assessments: readonly Assessment[]) {
    this.assessments = structuredClone([...assessments]);
  }

  assessment(id: string): Assessment | undefined {
    return this.assessments.find((assessment) => assessment.id === id);
  }

  /** @param key under which a repeat of the same request is known */
  add(
    given: Pick<Invitation, 'assessmentId' | 'externalId' | 'callbackUrl' | 'candidate' | 'expiresAt'>,
    key: string | undefined,
  ): Invitation {
    const number = (this.#lastId += 1);
    const invitation: Invitation = {
      ...given,
      id: `inv_${number}`,
      candidateId: `cnd_${number}`,
      status: 'invited',
      createdAt: new Date(),
      link: hash(),
      profile: hash(),
    };
    this.#invitations.push(invitation);
    if (key !== undefined) this.#byKey.set(key, invitation);
    return invitation;
  }

  byKey(key: string | undefined): Invitation | undefined {
    return key === undefined ? undefined : this.#byKey.get(key);
  }

  /** Oldest first. */
  invitations({ email }: { email?: string | undefined } = {}): Invitation[] {
    return this.#invitations.filter(
      ({ candidate }) => email === undefined || candidate.email.toLowerCase() === email.toLowerCase(),
    );
  }

  find(matches: (invitation: Invitation) => boolean): Invitation | undefined {
    return this.#invitations.find(matches);
  }

  /** Forgets invitations; their numbers go on, so that an old id can never mean a new one. */
  clear(): void {
    this.#invitations.length = 0;
    this.#byKey.clear();
  }
}

const scale = ['Not at all', 'Partly', 'Fully'] as const;

const questions: readonly Question[] = [
  { id: 'q1', text: 'I like to plan my work.', choices: scale },
  { id: 'q2', text: 'I ask others for their view.', choices: scale },
  { id: 'q3', text: 'What matters to you in a team?' },
];

/** What the account starts with: one for all, and one that is not ready yet. */
export const defaultAssessments: readonly Assessment[] = [
  {
    id: 'asm_general',
    name: 'General skills and values',
    atsId: null,
    isDefault: true,
    status: 'live',
    questions,
  },
  { id: 'asm_leaders', name: 'Leadership', atsId: null, isDefault: false, status: 'draft', questions },
];

import { randomUUID } from 'node:crypto';

export const questionnaireNames = ['swipe', 'drive', 'brain', 'voice'] as const;
export type QuestionnaireName = (typeof questionnaireNames)[number];

/** A predictive model, as the API shows it. */
export interface Model {
  uuid: string;
  name: string;
  assessments: Record<QuestionnaireName, boolean>;
  /** 1 for a benchmark model. */
  is_public: 0 | 1;
  created_at: string;
}

export type Status = 'sent' | 'accepted' | 'in_progress' | 'completed' | 'declined' | 'expired';

export interface Invitation {
  uuid: string;
  /** A person has one account, whoever invites. */
  candidateUuid: string;
  /** The unguessable part of the candidate's link. */
  link: string;
  /** … and of the links to profile and reports. */
  share: string;
  email: string;
  firstname: string;
  lastname: string;
  modelUuid: string | null;
  recruiterEmail: string | null;
  externalId: string | null;
  callbackUrl: string | null;
  locale: string;
  status: Status;
  completed: Partial<Record<QuestionnaireName, string>>;
  scores: Record<string, number>;
  createdAt: string;
}

/** Ids as AssessFirst writes them. */
export const newUuid = (): string => randomUUID().replaceAll('-', '');

/** `2025-05-02 10:00:00`, UTC. */
export const stamp = (at = new Date()): string => at.toISOString().slice(0, 19).replace('T', ' ');

const all = { swipe: true, drive: true, brain: true, voice: true };

/** Two created models and two benchmarks, one of which asks for less. */
export const defaultModels: readonly Model[] = [
  {
    uuid: '1d9c92277e264fe49a4ce330e51e6ac7',
    name: 'web designer',
    assessments: { ...all, voice: false },
    is_public: 0,
    created_at: '2025-03-27 13:49:40',
  },
  {
    uuid: '5b0f6a0e3d1c4c5f8a7790aa4b1e2d10',
    name: 'Store manager',
    assessments: all,
    is_public: 0,
    created_at: '2025-04-02 09:12:05',
  },
  {
    uuid: '8c2e1f7b9a6d4e3390b5d7c4e6f80a21',
    name: 'Sales',
    assessments: { ...all, voice: false },
    is_public: 1,
    created_at: '2024-01-10 08:00:00',
  },
  {
    uuid: 'a4d3c2b1e0f94817a6b5c4d3e2f10932',
    name: 'Customer service',
    assessments: { ...all, brain: false, voice: false },
    is_public: 1,
    created_at: '2024-01-10 08:00:00',
  },
];

export class AssessFirstState {
  models: Model[];
  readonly #invitations: Invitation[] = [];
  readonly #accounts = new Map<string, string>();

  constructor(models: readonly Model[]) {
    this.models = structuredClone([...models]);
  }

  model(uuid: string | null): Model | undefined {
    return this.models.find((model) => model.uuid === uuid);
  }

  /** What counts: what the model asks for, else SWIPE, DRIVE and BRAIN. */
  demanded({ modelUuid }: Invitation): QuestionnaireName[] {
    const model = this.model(modelUuid);
    return questionnaireNames.filter((name) => model?.assessments[name] ?? name !== 'voice');
  }

  add(
    given: Pick<
      Invitation,
      | 'email'
      | 'firstname'
      | 'lastname'
      | 'modelUuid'
      | 'recruiterEmail'
      | 'externalId'
      | 'callbackUrl'
      | 'locale'
    >,
  ): Invitation {
    const invitation: Invitation = {
      ...given,
      uuid: newUuid(),
      candidateUuid: this.#account(given.email),
      link: newUuid(),
      share: newUuid(),
      status: 'sent',
      completed: {},
      scores: {},
      createdAt: stamp(),
    };
    this.#invitations.push(invitation);
    return invitation;
  }

  /** Oldest first. */
  invitations({ email }: { email?: string | undefined } = {}): Invitation[] {
    return this.#invitations.filter(
      (one) => email === undefined || one.email.toLowerCase() === email.toLowerCase(),
    );
  }

  find(matches: (invitation: Invitation) => boolean): Invitation | undefined {
    return this.#invitations.find(matches);
  }

  clear(): void {
    this.#invitations.length = 0;
    this.#accounts.clear();
  }

  #account(email: string): string {
    const key = email.toLowerCase();
    const uuid = this.#accounts.get(key) ?? newUuid();
    this.#accounts.set(key, uuid);
    return uuid;
  }
}

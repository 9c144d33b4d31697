import type { Side } from '../side';
import { posting, triggerStage } from '../side';
import type { Answered } from '../watch';
import { watch } from '../watch';

/** What one candidate's way took, ms. */
export interface Way {
  /** From the stage change, with which Lever sends its webhook, until the vendor is asked to invite. */
  asked: number;
  /** From the candidate's last answer, with which the vendor sends its callback, until Lever shows the result. */
  updated: number;
}

export interface Crowd {
  ways: Way[];
  /** From the first stage change to the last result in Lever, ms. */
  took: number;
  /** How many requests the side sent to Lever and to the vendor. */
  requests: number;
}

/** Longer than any way takes on a machine that works at all. */
const patienceMs = 60_000;

/** Sends candidates through the assessment, always the same number at once: where one is done, the next one starts. */
export async function sendCandidates(
  side: Side,
  options: { amount: number; concurrency: number },
): Promise<Crowd> {
  const guide = new Guide(side);
  const ways: Way[] = [];
  let next = 0;
  const started = performance.now();
  const lane = async (): Promise<void> => {
    while (next < options.amount) {
      next += 1;
      ways.push(await guide.send());
    }
  };
  try {
    await Promise.all(Array.from({ length: options.concurrency }, lane));
    return { ways, took: performance.now() - started, requests: guide.requests };
  } finally {
    guide.stop();
  }
}

/** Emails must differ over all rounds: the vendor refuses a second application of the same person. */
let people = 0;

class Guide {
  requests = 0;
  readonly stop: () => void;
  private readonly listeners = new Map<string, (answered: Answered) => void>();

  constructor(private readonly side: Side) {
    this.stop = watch(side, (answered) => {
      this.requests += 1;
      const id = opportunityOf(answered);
      if (id !== null) this.listeners.get(id)?.(answered);
    });
  }

  /** One candidate from the stage change to the result. */
  async send(): Promise<Way> {
    const { lever, smg } = this.side;
    const email = `candidate-${(people += 1)}@candidates.test`;
    const id = lever.admin.addCandidate({ name: `Candidate ${people}`, email, postingId: posting });
    try {
      const asked = this.until(id, 'the vendor was asked', ({ from }) => from === 'smg');
      const invited = this.until(id, 'Lever shows the invitation', () =>
        this.shows(id, 'POP-IN-Progress', 1),
      );
      // Whichever fails first is reported below.
      invited.catch(() => undefined);
      const moved = performance.now();
      lever.admin.moveCandidate(id, triggerStage);
      const request = await asked;
      await invited;
      // The candidate reads the e-mail only after Lever shows it, and then answers at once.
      const application = smg.admin.applications({ email })[0];
      if (application === undefined) throw new Error(`the vendor knows no application of ${email}`);
      const updated = this.until(id, 'Lever shows the result', () => this.shows(id, 'POP-Completed', 2));
      const completed = performance.now();
      smg.admin.complete(application.applicationId);
      await updated;
      return { asked: request.arrivedAt - moved, updated: performance.now() - completed };
    } finally {
      this.listeners.delete(id);
      this.waits.delete(id);
    }
  }

  private shows(id: string, tag: string, links: number): boolean {
    const candidate = this.side.lever.admin.candidate(id);
    return candidate.tags.includes(tag) && candidate.links.length === links;
  }

  private readonly waits = new Map<string, Set<(answered: Answered) => void>>();

  /** Resolves with the first answered request after which something holds. */
  private until(id: string, what: string, holds: (answered: Answered) => boolean): Promise<Answered> {
    const waits = this.waits.get(id) ?? new Set();
    this.waits.set(id, waits);
    this.listeners.set(id, (answered) => {
      for (const wait of [...waits]) wait(answered);
    });
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        waits.delete(wait);
        reject(new Error(`${this.side.name}: not within ${patienceMs / 1000} s: ${what}`));
      }, patienceMs);
      const wait = (answered: Answered): void => {
        if (!holds(answered)) return;
        clearTimeout(timer);
        waits.delete(wait);
        resolve(answered);
      };
      waits.add(wait);
    });
  }
}

/** Whom a request is about: Lever's addresses say it, and so does the creation of an application at the vendor. */
function opportunityOf({ from, path, body }: Answered): string | null {
  if (from === 'lever') return /^\/v1\/opportunities\/([^/]+)\/\w+$/.exec(path)?.[1] ?? null;
  if (typeof body !== 'string' || !body.includes('application_create')) return null;
  const { fields = [] } = JSON.parse(body) as { fields?: { n: string; v: string }[] };
  return fields.find(({ n }) => n === 'lever_opportunity_id')?.v ?? null;
}

import type { VendorActivities } from '../../activities/types';
import type { Invitation, ToldResult } from '../../domain/assessment';
import type { Plan } from '../../domain/effects';
import { planned } from '../../domain/traces';
import { planning, resultLookup, vendorActivities } from '../shared/proxies';
import type { AssessmentInput } from './contract';
import type { Documents } from './documents';
import type { Gate } from './gate';
import type { KnownFacts } from './known-facts';
import type { Ledger } from './ledger';
import type { InvitedCall } from './run-context';

type Asked = Omit<Parameters<VendorActivities['fetchResult']>[0], 'batch'>;
export type FetchedResult = Awaited<ReturnType<VendorActivities['fetchResult']>>;

/** What a vendor's message says of the result, as a request takes it along. */
export const toldIn = (told: ToldResult | undefined) => (told === undefined ? {} : { told });

/** One request for a result, and the plan of what Lever shows of it. */
export class ResultRequests {
  constructor(
    private readonly input: Pick<AssessmentInput, 'vendor' | 'timing'>,
    private readonly facts: Pick<KnownFacts, 'traces' | 'remember'>,
    private readonly ledger: Pick<Ledger, 'takePending' | 'restoreUnwritten' | 'flush'>,
    private readonly gate: Pick<Gate, 'during'>,
    private readonly documents: Pick<Documents, 'fetchFile'>,
  ) {}

  /** Asks once for a run that is under way; for one that is over the activity itself knows how long. */
  async fetch(asked: Asked): Promise<FetchedResult> {
    const { vendor, timing } = this.input;
    const batch = this.ledger.takePending();
    let recorded = false;
    const asking = asked.claim === null ? resultLookup(vendor, timing) : vendorActivities(vendor, timing);
    try {
      const answer = await asking.fetchResult.executeWithOptions({ summary: 'fetch the result' }, [
        { ...asked, batch },
      ]);
      ({ recorded } = answer);
      return answer;
    } finally {
      this.ledger.restoreUnwritten(batch, recorded);
    }
  }

  remember(invitation: Invitation, { digest, result, plan }: FetchedResult): void {
    this.facts.remember({
      resultDigest: digest,
      traces: planned(this.facts.traces, plan.id),
      links: { assessment: invitation.url, report: result.reports[0]?.url ?? null },
    });
  }

  /** What Lever is told of a result, once its files are in the hub's own store: they go there ahead of the move. */
  async plan(
    call: InvitedCall & { amends: boolean },
    { result, digest, plan }: FetchedResult,
  ): Promise<Plan> {
    const wanted = result.files ?? [];
    const isAlone = call.amends || call.subject.siblings === 0;
    if (wanted.length === 0 && isAlone) return plan;
    // Written before the siblings are counted: of two that finish at once, at least the later one sees both done.
    if (!isAlone) await this.ledger.flush();
    const files = await Promise.all(wanted.map((file) => this.documents.fetchFile(file)));
    return this.gate.during(() =>
      planning.planResult.executeWithOptions({ summary: 'plan what Lever shows: completed' }, [
        { ...call, found: { result, digest }, files },
      ]),
    );
  }
}

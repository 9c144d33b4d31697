import { CancellationScope } from '@temporalio/workflow';
import type { Invitation } from '../../domain/assessment';
import type { KnownFailure } from '../shared/failures';
import { explain } from '../shared/failures';
import { invitationLookup } from '../shared/proxies';
import type { AssessmentInput } from './contract';
import type { Inbox, VendorContact } from './inbox';
import { saysMore } from './inbox';
import type { Ledger } from './ledger';
import type { StartWait } from './request-wait';
import type { RunContext } from './run-context';

/** What the vendor says of an invitation: there it is, there is none, or it cannot say. */
export type Finding = { found: Invitation | null } | KnownFailure;

/** Asks the vendor for an invitation of which the hub has no answer, by our id or a name that the vendor told. */
export class InvitationSearch {
  constructor(
    private readonly input: Pick<AssessmentInput, 'vendor' | 'timing'>,
    private readonly context: Pick<RunContext, 'identity' | 'routed'>,
    private readonly inbox: Pick<Inbox, 'vendorContact'>,
    private readonly ledger: Pick<Ledger, 'takePending' | 'restoreUnwritten'>,
    private readonly startWait: StartWait,
  ) {}

  /** Once more whenever the vendor has called meanwhile, because it may have told a name to search by. */
  async search(): Promise<Finding> {
    const askedAt = Date.now();
    for (;;) {
      const contact = this.inbox.vendorContact;
      const finding = await this.ask(contact, askedAt);
      if ('found' in finding && finding.found !== null) return finding;
      if (!saysMore(this.inbox.vendorContact, contact)) return finding;
    }
  }

  /** Asks once. */
  async ask({ heard, knownRef }: VendorContact, askedAt: number): Promise<Finding> {
    const { routed, identity } = this.context;
    if (routed === null) return { found: null };
    const batch = this.ledger.takePending();
    const scope = new CancellationScope();
    let finding: Finding | null = null;
    const asking = scope
      .run(() =>
        invitationLookup(this.input.vendor, this.input.timing).findInvitation.executeWithOptions(
          { summary: 'look whether the candidate was invited' },
          [{ run: identity, batch, ...routed, knownRef, heard, askedAt }],
        ),
      )
      .then(
        ({ invitation, recorded }) => {
          this.ledger.restoreUnwritten(batch, recorded);
          finding = { found: invitation };
        },
        (error: unknown) => {
          this.ledger.restoreUnwritten(batch, false);
          finding = explain(error);
        },
      );
    const hasMore = (): boolean => saysMore(this.inbox.vendorContact, { heard, knownRef });
    const wait = this.startWait(() => finding !== null);
    // Whoever calls the run off meanwhile is answered; what is out has to be found all the same.
    while (finding === null && !hasMore()) await wait.takeMessages(hasMore);
    if (finding === null) scope.cancel();
    await asking;
    return finding as unknown as Finding;
  }
}

import { CancellationScope } from '@temporalio/workflow';
import type { Invitation } from '../../domain/assessment';
import { endedFor, endReasonText } from '../../domain/end-reasons';
import { cancelAtVendor } from './optional-vendor-calls';
import { explain } from '../shared/failures';
import type { KnownFailure } from '../shared/failures';
import type { Heard, InboxItem } from './inbox';
import { Meanwhile } from './meanwhile';
import { planMoment } from './moments';
import { invitationLookup } from '../shared/proxies';
import type { Run } from './run';

/**
 * An invitation of which the hub has no answer: it stopped asking, was refused after an answer was lost, or hears of one
 * that it does not know. The vendor is asked by our id; where it cannot be, a person is.
 */

/** What the vendor says of it: there it is, there is none, or it cannot say. */
export type Finding = { found: Invitation | null } | KnownFailure;

/** Once more whenever the vendor has called meanwhile, because it may have told a name to look by. */
export async function findInvitation(run: Run): Promise<Finding> {
  const askedAt = Date.now();
  for (;;) {
    const heard = run.inbox.heard;
    const finding = await look(run, heard, askedAt);
    if ('found' in finding && finding.found !== null) return finding;
    if (!saysMore(run.inbox.heard, heard)) return finding;
  }
}

/** Whether there is now more to find an invitation by. */
export const saysMore = (now: Heard, before: Heard): boolean =>
  (now.heard && !before.heard) || (now.knownRef !== null && before.knownRef === null);

async function look(run: Run, { heard, knownRef }: Heard, askedAt: number): Promise<Finding> {
  const { settled } = run;
  if (settled === null) return { found: null };
  const batch = run.ledger.takePending();
  const scope = new CancellationScope();
  let finding: Finding | null = null;
  const looking = scope
    .run(() =>
      invitationLookup(run.input.vendor, run.input.timing).findInvitation.executeWithOptions(
        { summary: 'look whether the candidate was invited' },
        [{ run: run.identity, batch, ...settled, knownRef, heard, askedAt }],
      ),
    )
    .then(
      ({ invitation, recorded }) => {
        run.ledger.restoreUnwritten(batch, recorded);
        finding = { found: invitation };
      },
      (error: unknown) => {
        run.ledger.restoreUnwritten(batch, false);
        finding = explain(error);
      },
    );
  const hasMore = (): boolean => saysMore(run.inbox.heard, { heard, knownRef });
  const meanwhile = new Meanwhile(run, () => finding !== null);
  // Whoever calls the run off meanwhile is answered; what is out has to be found all the same.
  while (finding === null && !hasMore()) await meanwhile.hear(hasMore);
  if (finding === null) scope.cancel();
  await looking;
  return finding as unknown as Finding;
}

/** Of a run that was called off: what was sent is taken back, and what is not known is left to a person. */
export const takeBack = async (run: Run): Promise<void> => takeBackFound(run, await findInvitation(run));

export async function takeBackFound(run: Run, finding: Finding): Promise<void> {
  if (!('found' in finding)) return askPerson(run, finding);
  if (finding.found === null)
    return run.addRecord('event_ignored', 'invitation: the vendor has none of this run');
  run.learnInvitation(finding.found);
  await withdraw(run);
}

/** Of a run that left Temporal while it invited: what was sent all the same is known from here on. */
export async function adoptUnseen(run: Run): Promise<void> {
  if (run.invitation !== null || run.settled === null) return;
  const finding = await findInvitation(run);
  if (!('found' in finding)) return askPerson(run, finding);
  if (finding.found === null)
    return run.addRecord('event_ignored', 'invitation: the vendor has none of this run');
  run.learnInvitation(finding.found);
  run.addRecord('event_ignored', 'invitation: the vendor has one of this run');
}

/** The invitation went out although the run was called off. Lever hears of it either way: the candidate has a message. */
export async function withdraw(run: Run): Promise<void> {
  const canWithdraw = run.settled?.subject.vendorCan.cancel === true;
  const isBack = canWithdraw && (await cancelAtVendor(run));
  const became = endedFor(isBack ? 'withdrawn' : 'not_withdrawn');
  if (isDisabled(run)) return run.addRecord('event_ignored', `invitation: ${endReasonText(became)}`);
  await planMoment(run, 'doubt', 'withdrawn', became);
}

/** Nothing is written to Lever any more, and nobody is asked to look after it. */
const isDisabled = ({ lifecycle }: Run): boolean =>
  lifecycle.status === 'cancelled' && lifecycle.reason?.code === 'connection_disabled';

/** Nobody but a person can find out. */
export async function askPerson(run: Run, { message }: Pick<KnownFailure, 'message'>): Promise<void> {
  const reason = endedFor('perhaps_invited');
  const question = `${endReasonText(reason)} (${message})`;
  if (isDisabled(run)) return run.addRecord('event_ignored', question);
  await planMoment(run, 'doubt', 'in-doubt', reason, { question });
}

/**
 * News of a run that is over and knows no invitation: the vendor, if it knows one of ours, is right. Where it cannot say, its
 * own call does, if nobody else can have made it: then it has invited, and what it brings is not lost (decision 0012).
 */
export async function adoptLate(run: Run, item: Extract<InboxItem, { kind: 'vendor' }>): Promise<void> {
  if (run.invitation !== null || run.settled === null) return;
  const finding = await look(run, { heard: true, knownRef: item.vendorRef }, 0);
  if (!('found' in finding)) {
    run.addRecord(
      'event_ignored',
      `${item.event.type}: the invitation cannot be looked at: ${finding.message}`,
    );
    if (item.event.unproven === true) return;
  }
  const invitation = 'found' in finding ? finding.found : presumed(run, item.vendorRef);
  if (invitation === null) return;
  run.learnInvitation(invitation);
  run.plans.answerQuestions('the vendor has called about the invitation');
  const isOpen = item.event.type === 'started' || item.event.type === 'progress';
  if (isOpen && run.lifecycle.status === 'cancelled') await withdraw(run);
}

/** Without a name of the vendor's own it goes by ours. */
const presumed = (run: Run, vendorRef: string | null): Invitation => ({
  vendorRef: vendorRef ?? run.input.assessmentId,
  url: null,
  expiresAt: null,
});

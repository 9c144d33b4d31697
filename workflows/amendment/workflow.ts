import { CancellationScope, continueAsNew, sleep, workflowInfo } from '@temporalio/workflow';
import { endedFor } from '../../domain/end-reasons';
import { highWaterMarkOf, marked } from '../../domain/event-position';
import { openLifecycle } from '../../domain/lifecycle';
import type { ClosedRun } from '../../domain/records';
import { composeRun } from '../assessment/compose';
import type { AssessmentInput, VendorNews } from '../assessment/contract';
import { vendorNewsSignal } from '../assessment/contract';
import { freshState, policyBeforeReading } from '../assessment/run-state';
import type { AssessmentOutcome } from '../assessment/workflow';
import { runMainLoop, setMessageHandlers } from '../assessment/workflow';
import { recordsLater } from '../shared/proxies';
import { onSignal } from '../shared/sealed';
import type { AmendmentInput, EndedUnseen } from './contract';
import { endedUnseenSignal } from './contract';
import { showEnd } from './unseen-end';

/**
 * News of a run that is over, one after another (decision 0012). It speaks for the closed run: same assessment, same
 * timeline, same plans, and it does nothing when nothing changed. Null: there is no such run, and the news went back.
 */
export async function amendment(input: AmendmentInput): Promise<AssessmentOutcome | null> {
  const early: VendorNews[] = [];
  let unseen: EndedUnseen | null = null;
  const takeUnseen = (): EndedUnseen | null => {
    const taken = unseen;
    unseen = null;
    return taken;
  };
  const forged = new Set<string>();
  const takeForged = (name: string): void => void forged.add(name);
  onSignal(vendorNewsSignal, (news) => void early.push(news), takeForged);
  onSignal(endedUnseenSignal, (end) => void (unseen = end), takeForged);
  const recalled = input.continued ?? (await recallRun(input));
  if (recalled === null || recalled === 'open') {
    while (early.length > 0) await giveBack(input, early.splice(0), recalled);
    return null;
  }
  const { run, workflowId } = recalled;
  const { receivers, unseen: shown, loop, lifecycle, display, renewal } = composeRun(run, workflowId);
  setMessageHandlers(receivers);
  if (input.continued !== undefined) display.resume();
  for (const news of early) receivers.signals.takeVendorNews(news);
  for (const name of forged) receivers.signals.takeForged(name);
  await CancellationScope.nonCancellable(async () => {
    do {
      const end = takeUnseen();
      if (end !== null) await showEnd(shown, run.screening, end);
      await runMainLoop(loop);
    } while (unseen !== null);
    if (loop.completion.isOver) return;
    const { screening } = run;
    // What an unseen end is shown by lasts as long as the amendment.
    const renewed = { ...renewal(), ...(screening !== undefined && { screening }) };
    await continueAsNew<typeof amendment>({ ...input, continued: { run: renewed, workflowId } });
  });
  const { status, reason } = lifecycle.state;
  return { status, reason };
}

/** A run that is over in Temporal may still be open in the database for as long as the next sweep takes, and somewhat longer. */
const pausesMs = [1_000, 2_000, 4_000, 8_000, 15_000, 30_000, 60_000];

async function recallRun(
  input: AmendmentInput,
): Promise<Required<AmendmentInput>['continued'] | 'open' | null> {
  const closed = await recall(input);
  return closed === null || closed === 'open'
    ? closed
    : { run: revive(input, closed), workflowId: closed.run.workflowId };
}

async function recall(input: AmendmentInput): Promise<ClosedRun | 'open' | null> {
  const load = (): Promise<ClosedRun | 'open' | null> =>
    recordsLater(input.timing).loadClosedRun.executeWithOptions({ summary: 'recall the run that is over' }, [
      { assessmentId: input.assessmentId },
    ]);
  let found = await load();
  for (const pause of pausesMs) {
    if (found !== 'open') break;
    await sleep(pause, { summary: 'wait until the end of the run is on record' });
    found = await load();
  }
  return found;
}

/** Nobody took them, so nobody may believe that they were taken. */
const giveBack = (input: AmendmentInput, news: readonly VendorNews[], found: 'open' | null): Promise<void> =>
  recordsLater(input.timing).giveBack.executeWithOptions({ summary: 'give the news back' }, [
    { deliveries: news.map(({ delivery }) => delivery), again: found === 'open' },
  ]);

/** The closed run as the state it ended in. */
function revive(input: AmendmentInput, closed: ClosedRun): AssessmentInput {
  const { context } = closed;
  const mark = highWaterMarkOf(closed.facts);
  const code = closed.facts.reason ?? null;
  return {
    ...input,
    opportunityId: closed.run.opportunityId,
    eventKey: workflowInfo().workflowId,
    stageId: context?.subject.opportunity.stageId ?? '',
    delivery: null,
    ...(context?.screening !== undefined && { screening: context.screening }),
    resume: {
      ...freshState(null),
      ...context,
      lifecycle: {
        ...openLifecycle(context?.subject.policy ?? policyBeforeReading),
        status: closed.status,
        reason: code === null ? null : endedFor(code),
        ...(mark !== undefined && marked(mark)),
      },
      facts: closed.facts,
      ledger: { seq: closed.seq, pending: [], deliveries: [] },
    },
  };
}

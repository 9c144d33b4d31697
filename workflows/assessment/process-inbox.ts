import { amend } from '../../domain/amendment';
import type { OpportunityEvent, VendorEvent } from '../../domain/events';
import { isOfConnection } from '../../domain/impairment';
import { isTerminal } from '../../domain/lifecycle';
import type { Command } from '../../domain/reducer';
import { cancelAtVendor, extendAtVendor, remind } from './optional-vendor-calls';
import type { InboxItem } from './inbox';
import { adoptLate } from './lost-invitation';
import { planAnyway, planMoment, planRequested } from './moments';
import { askForNews, fetchLateResult, fetchResult } from './results';
import type { Run } from './run';
import { attempt } from '../shared/steps';

/** What a run does about what it hears. */

/** Takes everything that has come in, one after another. */
export async function processInbox(run: Run): Promise<void> {
  for (let item = run.inbox.take(); item !== undefined; item = run.inbox.take()) {
    run.desk.answered(item, await processItem(run, item));
  }
}

/** What came of it at the vendor, for a person who asked for it. */
async function processItem(run: Run, item: InboxItem): Promise<string | null> {
  switch (item.kind) {
    case 'vendor':
      run.learnReference(item.vendorRef);
      if (!isTerminal(run.lifecycle.status)) return carryOut(run, run.apply(item.event, item));
      await adoptLate(run, item);
      await takeLateNews(run, item.event);
      return null;
    case 'operator':
      return carryOut(run, run.apply(item.event, item));
    case 'opportunity': {
      const event = await checkOpportunity(run, item);
      if (event === 'later') return null;
      if (event !== null) return carryOut(run, run.apply(event, item));
      if (!isTerminal(run.lifecycle.status)) run.waits.lookAgain(item);
      // Said once, however often it is looked.
      if (item.looks !== undefined) return null;
      run.addRecord(
        'event_ignored',
        `${item.hint}: it changes nothing for a run that is ${run.lifecycle.status}`,
      );
      return null;
    }
  }
}

/** News of a run that is over, whether its workflow is still open or an amendment speaks for it (decision 0012). */
export async function takeLateNews(run: Run, event: VendorEvent): Promise<void> {
  const amendment = amend(run.lifecycle, event);
  run.hear(event.rank);
  switch (amendment.do) {
    case 'ignore':
      run.addRecord('event_ignored', `${event.type}: ${amendment.reason}`);
      return;
    case 'fetchResult':
      return fetchLateResult(run, event, amendment.told);
    case 'plan':
      run.amendTo(amendment.status, amendment.reason);
      return planMoment(run, amendment.trigger, `amended-${amendment.trigger}`, amendment.reason);
  }
}

/**
 * A webhook only says that something happened; the run looks what (decision 0004). It can do without the look: what stands in
 * the way is noted, and where a change of the connection ends it, the look is put off until then.
 */
async function checkOpportunity(
  run: Run,
  item: InboxItem & { kind: 'opportunity' },
): Promise<OpportunityEvent | 'later' | null> {
  if (isTerminal(run.lifecycle.status)) return null;
  const { connectionId, stageId } = run.input;
  const { opportunityId } = run;
  const { toldAt } = item;
  let event: OpportunityEvent | null = null;
  const failure = await attempt(async () => {
    event = await run.lever.checkOpportunity.executeWithOptions(
      { summary: 'see what became of the opportunity' },
      [{ connectionId, opportunityId, stageId, hint: item.hint, ...(toldAt !== undefined && { toldAt }) }],
    );
  });
  if (failure === null) {
    run.access.works();
    return event;
  }
  if (!isOfConnection(failure.code)) {
    run.noteTrouble(failure.code, `see what became of the opportunity: ${failure.message}`);
    // What was refused once may be shown a moment later; nothing waits for it.
    run.waits.lookAgain(item);
    return 'later';
  }
  run.waits.putOff(item, failure);
  return 'later';
}

/** Carries out what the reducer asked for, in its order; says what came of it at the vendor, where a person may ask. */
export async function carryOut(run: Run, commands: readonly Command[]): Promise<string | null> {
  let told: string | null = null;
  let stillOpen = false;
  for (const command of commands) {
    switch (command.do) {
      case 'plan':
        await planRequested(run, command, { stillOpen });
        break;
      case 'fetchResult':
        await carryOut(run, await fetchResult(run, command.told));
        break;
      case 'tellFailure': {
        const plan = await planAnyway(run, 'failed', 'failed', command.reason);
        if (plan !== null) run.plans.add(plan);
        break;
      }
      case 'cancelAtVendor':
        stillOpen = !(await cancelAtVendor(run));
        if (stillOpen) told = 'The vendor could not be told, so the invitation may still be open there.';
        break;
      case 'extendAtVendor':
        told = await extendAtVendor(run, command.until);
        break;
      case 'remind':
        told = await remind(run);
        break;
      case 'poll':
        for (const event of await askForNews(run, command.presumed)) await carryOut(run, run.apply(event));
        break;
      default: {
        const unknown: never = command;
        throw new TypeError(`unknown command ${JSON.stringify(unknown)}`);
      }
    }
  }
  return told;
}

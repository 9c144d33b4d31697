import { condition } from '@temporalio/workflow';
import { UpdatableTimer } from './updatable-timer';
import type { Run } from './run';

/** What a run hears while a request of its own is under way, which may take as long as somebody is away. */
export class Meanwhile {
  private readonly alarm = new UpdatableTimer();

  constructor(
    private readonly run: Run,
    private readonly isAnswered: () => boolean,
  ) {}

  /**
   * Waits for the answer, or for `isEnough`, and takes what a person or Lever says until then. A look at the opportunity
   * that was put off is made when its time has come: nobody else would make it before the answer.
   */
  async hear(isEnough: () => boolean): Promise<void> {
    const { run, alarm, isAnswered } = this;
    alarm.setTo(run.waits.wakeAt);
    await condition(
      () =>
        isAnswered() ||
        isEnough() ||
        run.inbox.hasInterruption ||
        alarm.hasFired ||
        !alarm.isSetTo(run.waits.wakeAt),
    );
    if (alarm.hasFired) {
      alarm.clear();
      run.waits.recallDue();
    }
    if (!isAnswered() && run.inbox.hasInterruption) await run.processInbox();
  }
}

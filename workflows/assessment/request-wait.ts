import { condition } from '@temporalio/workflow';
import type { ConnectionWaits } from './connection-waits';
import { UpdatableTimer } from './updatable-timer';

/** What there is to take; an interface, because taking them leads to further requests. */
interface Messages {
  readonly hasInterruption: boolean;
  process(): Promise<void>;
}

/** The messages that a run takes while a request of its own is under way, which may take as long as somebody is away. */
export class RequestWait {
  private readonly timer = new UpdatableTimer();

  constructor(
    private readonly messages: Messages,
    private readonly connection: Pick<ConnectionWaits, 'wakeAt' | 'recallDue'>,
    private readonly isAnswered: () => boolean,
  ) {}

  /**
   * Waits for the answer, or for `isEnough`, and takes what a person or Lever says until then. A check of the opportunity
   * that was postponed is made when its time has come: nobody else would make it before the answer.
   */
  async takeMessages(isEnough: () => boolean): Promise<void> {
    const { messages, connection, timer, isAnswered } = this;
    timer.setTo(connection.wakeAt);
    await condition(
      () =>
        isAnswered() ||
        isEnough() ||
        messages.hasInterruption ||
        timer.hasFired ||
        !timer.isSetTo(connection.wakeAt),
    );
    if (timer.hasFired) {
      timer.clear();
      connection.recallDue();
    }
    if (!isAnswered() && messages.hasInterruption) await messages.process();
  }
}

/** Begins to wait for one request. */
export type StartWait = (isAnswered: () => boolean) => RequestWait;

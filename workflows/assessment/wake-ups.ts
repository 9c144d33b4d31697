import type { Attention } from './attention';
import type { Commands } from './commands';
import type { ConnectionWaits } from './connection-waits';
import type { RunLifecycle } from './lifecycle';
import { earliest, type WakeUp } from './updatable-timer';

/** What a run does by itself when its time has come. */
export class WakeUps {
  constructor(
    private readonly lifecycle: Pick<RunLifecycle, 'wakeAt' | 'apply'>,
    private readonly attention: Pick<Attention, 'wakeAt' | 'endWhenOver'>,
    private readonly connection: Pick<ConnectionWaits, 'wakeAt' | 'recallDue'>,
    private readonly commands: Pick<Commands, 'carryOut'>,
  ) {}

  get next(): WakeUp {
    return earliest(this.lifecycle.wakeAt, this.attention.wakeAt, this.connection.wakeAt);
  }

  carryOutDue(): Promise<unknown> {
    this.attention.endWhenOver();
    this.connection.recallDue();
    return this.commands.carryOut(this.lifecycle.apply({ type: 'tick' }));
  }
}

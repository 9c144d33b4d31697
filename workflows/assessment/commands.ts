import type { Command } from '../../domain/reduction';
import type { FallbackPlanner } from './fallback-planner';
import type { RunLifecycle } from './lifecycle';
import type { OptionalVendorCalls } from './optional-vendor-calls';
import type { PlanRunner } from './plan-runner';
import type { Planner } from './planner';
import type { Results } from './results';

/** Carries out what the reducer asks for. */
export class Commands {
  constructor(
    private readonly lifecycle: Pick<RunLifecycle, 'apply'>,
    private readonly planner: Pick<Planner, 'planForCommand'>,
    private readonly fallback: Pick<FallbackPlanner, 'plan'>,
    private readonly plans: Pick<PlanRunner, 'add'>,
    private readonly results: Pick<Results, 'fetch'>,
    private readonly vendor: Pick<OptionalVendorCalls, 'cancel' | 'extend' | 'remind' | 'askForNews'>,
  ) {}

  /** In their order; says what came of it at the vendor, where a person may ask. */
  async carryOut(commands: readonly Command[]): Promise<string | null> {
    let answer: string | null = null;
    let stillOpen = false;
    for (const command of commands) {
      switch (command.do) {
        case 'plan':
          await this.planner.planForCommand(command, { stillOpen });
          break;
        case 'fetchResult':
          await this.carryOut(await this.results.fetch(command.told));
          break;
        case 'tellFailure': {
          const plan = await this.fallback.plan('failed', 'failed', command.reason);
          if (plan !== null) this.plans.add(plan);
          break;
        }
        case 'cancelAtVendor':
          stillOpen = !(await this.vendor.cancel());
          if (stillOpen) answer = 'The vendor could not be told, so the invitation may still be open there.';
          break;
        case 'extendAtVendor':
          answer = await this.vendor.extend(command.until);
          break;
        case 'remind':
          answer = await this.vendor.remind();
          break;
        case 'poll':
          for (const event of await this.vendor.askForNews(command.presumed))
            await this.carryOut(this.lifecycle.apply(event));
          break;
        default: {
          const unknown: never = command;
          throw new TypeError(`unknown command ${JSON.stringify(unknown)}`);
        }
      }
    }
    return answer;
  }
}

import { type Connection, findStage } from '../../domain/connection';
import { connectionNotActive, type DeliveryReason, deliveryReason } from '../../domain/delivery-reasons';
import type { CommonSettings } from '../../domain/settings/schema';
import type { LeverSaid } from './lever-message';

/** What a signed webhook asks of the hub, under the connection's present settings. */
export type LeverDecision =
  | { do: 'ping' }
  | { do: 'ignore'; reason: DeliveryReason }
  | { do: 'hold'; reason: DeliveryReason }
  | { do: 'start'; opportunityId: string; stageId: string }
  /** Open runs of the opportunity should look at it. */
  | { do: 'hint'; opportunityId: string };

/** @param settings as the vendor's schema reads them; null when it no longer accepts what is stored */
export function decide(
  connection: Connection,
  settings: CommonSettings | null,
  said: LeverSaid,
): LeverDecision {
  if (said.kind === 'ping') return { do: 'ping' };
  if (said.kind === 'foreign') return { do: 'ignore', reason: deliveryReason('foreign_event') };
  if (connection.status === 'disabled')
    return { do: 'ignore', reason: deliveryReason('connection_disabled') };
  const { opportunityId } = said;
  if (said.kind === 'change') return { do: 'hint', opportunityId };

  if (!settings) return { do: 'hold', reason: deliveryReason('settings_unreadable') };
  if (isTrigger(connection, settings.triggerStages, said.toStageId)) {
    if (connection.status !== 'active') return { do: 'hold', reason: connectionNotActive(connection) };
    return { do: 'start', opportunityId, stageId: said.toStageId };
  }
  if (settings.onLeaveStage === 'cancel') return { do: 'hint', opportunityId };
  return { do: 'ignore', reason: deliveryReason('no_trigger_stage') };
}

function isTrigger(connection: Connection, stages: string[], stageId: string): boolean {
  if (stages.length === 0) return false;
  // A stage made since the stages were last read may be a trigger stage by its name: the run reads them again.
  if (!connection.stages.some((stage) => stage.id === stageId)) return true;
  return stages.some((idOrName) => findStage(connection.stages, idOrName)?.id === stageId);
}

import { createHeldRelease } from '../../db/held-release';
import { isHeldForItself } from '../../domain/delivery-reasons';
import type { Logger } from '../../platform/log';
import type { Metrics } from '../../platform/metrics';
import type { AnyVendor } from '../../vendors/define';
import { isInviting } from '../../vendors/define';
import type { ActivityTiming } from '../../workflows/names';
import type { RunGateway } from '../runs/gateway';
import type { Stores } from '../stores';
import { arrivalOf, forgotten, outcome } from './arrival';
import { createDispatch, type DispatchDeps } from './dispatch';
import { createDrainer, type Take } from './drainer';
import { createHeard } from './heard';
import { createIntake } from './intake';
import { createOutbox } from './outbox';
import { createOverflow } from './overflow';
import { createPace } from './pace';
import { createRecorder, type Entry, entryBytes, isDatabaseGone } from './recorder';
import { createReplay } from './replay';
import { createRowBudget, type RowLimits } from './row-budget';
import { createTally } from './tally';
import { createWrite } from './write';

/** The way of a message through the api, put together. */
export function composeIngress(parts: {
  stores: Stores;
  runs: RunGateway;
  vendor: (id: string) => AnyVendor;
  timing: ActivityTiming;
  metrics: Metrics;
  log: Logger;
  /** Default: those of `row-budget.ts`. */
  rowLimits?: RowLimits | undefined;
}) {
  const { stores, metrics, log } = parts;
  const { deliveries, assessments, connections, directory } = stores;
  const budget = createRowBudget(parts.rowLimits);
  const tally = createTally({ write: stores.tallies.add, log });

  const write = createWrite({ record: deliveries.record, budget, tally });
  const outbox = createOutbox<Entry>({
    write: async (entry) => write(await unlessErased(entry)),
    isAway: isDatabaseGone,
    bytesOf: entryBytes,
    log,
  });

  /** The database was away when it came, and could not be asked then. What started a run is that run's to look after. */
  const unlessErased = async (entry: Entry): Promise<Entry> => {
    const { connectionId, opportunityId } = entry.arrival;
    if (opportunityId === null || entry.outcome.verdict === 'started') return entry;
    const erased = await stores.tombstones.opportunities(connectionId, [opportunityId]);
    if (!erased.has(opportunityId)) return entry;
    return { arrival: forgotten(entry.arrival), outcome: outcome('ignored', 'erased'), isBare: true };
  };

  const dispatching: DispatchDeps = {
    runs: parts.runs,
    vendor: parts.vendor,
    timing: parts.timing,
    connectionById: (id) => directory.byId(id),
    provesSender: ({ id, vendor }) => {
      const { credentials, callback } = parts.vendor(vendor);
      const parsed = credentials.safeParse(directory.secretsOf(id).credentials);
      return parsed.success && (callback.provesSender?.(parsed.data) ?? true);
    },
    openRunsOf: (connectionId, opportunityId) => assessments.openRunsOf(connectionId, opportunityId),
    runByReference: (connectionId, reference) => assessments.byVendorRef(connectionId, reference),
    spentBy: ({ source, connectionId, eventKey }) => deliveries.spentBy(source, connectionId, eventKey),
    tombstones: stores.tombstones,
    recordOf: async (assessmentId) => {
      const found = await assessments.get(assessmentId);
      return found && { isOver: found.closedAt !== null };
    },
    log,
  };
  const pace = createPace();
  const dispatch = createDispatch({ ...dispatching, mayTell: pace.mayTell });
  const dispatchLater = createDispatch({ ...dispatching, mayTell: pace.mayTellLater });

  const intake = createIntake({
    dispatch,
    recorder: createRecorder({ write, outbox }),
    budget,
    tally,
    counted: (source, verdict) => metrics.deliveries.inc({ source, verdict }),
    log,
  });

  const takeFrom =
    (take: Deliveries['takePending']): Take =>
    (limit, bring) =>
      take(limit, async (row) => {
        // It goes on when the connection can be read again; the others need not wait for that.
        if (directory.isUnreadable(row.connectionId)) return null;
        const arrival = arrivalOf(row);
        let result = await bring(arrival);
        // Another process may have let it go on because the connection has just become active again.
        if (result.verdict === 'held' && !isHeldForItself(result.reason)) {
          await directory.refresh();
          result = await bring(arrival);
        }
        const { verdict, workflowId, reason } = result;
        // The run that made it match is gone again: nothing has changed for it.
        if (verdict === row.verdict) return null;
        metrics.drained.inc();
        return { verdict, reason, ...(workflowId !== null && { workflowId }) };
      });
  const drainer = createDrainer({
    takePending: takeFrom((limit, fn) => deliveries.takePending(limit, fn, () => pace.resting())),
    takeMatched: takeFrom(deliveries.takeMatched),
    dispatch: dispatchLater,
    flush: async () => {
      await outbox.flush();
      await tally.flush();
    },
    trim: createOverflow({
      trim: deliveries.trimUnmatched,
      takeAsk: stores.overflows.takeAsk,
      tally,
      canBeAsked: (source) => {
        if (source === 'lever') return false;
        const vendor = parts.vendor(source);
        return isInviting(vendor) && vendor.polls;
      },
      invitedRuns: assessments.invitedRuns,
      tell: (workflowId, news) => parts.runs.tell(workflowId, news),
      log,
    }),
    log,
  });

  const replay = createReplay({
    load: deliveries.full,
    setVerdict: async (id, { verdict, workflowId, reason }) => {
      await deliveries.setVerdict(id, verdict, { reason, ...(workflowId !== null && { workflowId }) });
    },
    spentBy: ({ source, connectionId, eventKey }) => deliveries.spentBy(source, connectionId, eventKey),
    signatureTokensOf: (connectionId) => directory.secretsOf(connectionId).signatureTokens,
    dispatch,
  });

  return {
    intake,
    heard: createHeard({ touch: connections.touchHeard, log }),
    outbox,
    tally,
    drainer,
    replay,
    held: createHeldRelease({ held: stores.held, log }),
  };
}

type Deliveries = Stores['deliveries'];

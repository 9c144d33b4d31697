import { createAccountActivities } from '../activities/account';
import type { ActivityDeps } from '../activities/deps';
import type { ErasureDeps } from '../activities/erasing';
import { createErasureRecords } from '../activities/erasing';
import { createErasureLever, createErasureVendor } from '../activities/erasing-outside';
import type { FailureEdge } from '../activities/failure';
import { withFailures } from '../activities/failure';
import { createReportActivities } from '../activities/files';
import { createGrantRecords, createGrantRefresh } from '../activities/grants';
import { createLeverEffects } from '../activities/lever-effects';
import { createLeverReading } from '../activities/lever-reading';
import type { ProbeDeps } from '../activities/probing';
import { createProbeLever, createProbeRecords } from '../activities/probing';
import type { ReconcileDeps } from '../activities/reconciling';
import { createReconcileLever, createReconcileRecords } from '../activities/reconciling';
import { createRecordActivities } from '../activities/records';
import { createRetentionRecords } from '../activities/retention';
import { createScreeningLever, createScreeningRecords } from '../activities/screening';
import type { SweepDeps } from '../activities/sweeping';
import { createSweepRecords } from '../activities/sweeping';
import { createVendorActivities } from '../activities/vendor';
import { createCatalogueActivities } from '../activities/vendor-catalogue';
import type { Deliveries } from '../db/repositories/deliveries';
import type { Retention } from '../db/repositories/retention';

export interface ActivityParts {
  deps: ActivityDeps;
  /** What looking for missed moves needs besides. */
  reconciling: Omit<ReconcileDeps, keyof ActivityDeps | 'deliveries'> & { deliveries: Deliveries };
  /** What bringing connections back needs besides. */
  probing: Omit<ProbeDeps, keyof ActivityDeps>;
  /** What holding rows against Temporal needs besides. */
  sweeping: Pick<SweepDeps, 'rows' | 'memory' | 'runs'>;
  retention: Retention;
  erasing: Pick<ErasureDeps, 'erasures' | 'inTemporal'>;
  edge: FailureEdge;
}

/** All activities there are, by the queue that they share; each behind the edge that tells of its failures. */
export function activitiesOf({
  deps,
  reconciling,
  probing,
  sweeping,
  retention,
  erasing,
  edge,
}: ActivityParts) {
  // A person waits for what these find, and no workflow.
  const account = createAccountActivities(deps);
  const catalogue = createCatalogueActivities(deps);
  return {
    /** Also the local ones, which run where the workflow runs. */
    records: withFailures(
      {
        ...createRecordActivities({ ...deps, deliveries: reconciling.deliveries }),
        ...createScreeningRecords(deps),
      },
      edge,
    ),
    lever: withFailures(
      {
        ...createLeverReading({ ...deps, runs: sweeping.runs }),
        ...createLeverEffects(deps),
        ...account,
        ...createReconcileLever(deps),
        ...createGrantRefresh(deps),
        ...createProbeLever(deps),
        ...createScreeningLever(deps),
        ...createErasureLever({ ...deps, ...erasing }),
      },
      edge,
      Object.keys(account),
    ),
    looks: withFailures(
      {
        ...createReconcileRecords({ ...deps, ...reconciling }),
        ...createSweepRecords({ ...deps, ...sweeping }),
        ...createGrantRecords(deps),
        ...createProbeRecords({ ...deps, ...probing }),
        ...createRetentionRecords({ retention }),
        ...createErasureRecords({ ...deps, ...erasing }),
      },
      edge,
    ),
    vendor: withFailures(
      {
        ...createVendorActivities(deps),
        ...catalogue,
        ...createReportActivities(deps),
        ...createErasureVendor(deps),
      },
      edge,
      Object.keys(catalogue),
    ),
  };
}

import { Runtime } from '@temporalio/worker';
import type { ReportRequest } from '../platform/http/metered';

/** Counts the workers' requests beside what Temporal's worker tells of itself, on METRICS_PORT. */
export function outboundMetrics(): ReportRequest {
  const meter = Runtime.instance().metricMeter;
  const requests = meter.createCounter(
    'fulcrum_outbound_requests_total',
    undefined,
    'Requests to Lever and vendors by target and outcome',
  );
  const seconds = meter.createHistogram(
    'fulcrum_outbound_seconds',
    'float',
    's',
    'Time of requests to Lever and vendors',
  );
  return (target, outcome, took) => {
    requests.add(1, { target, outcome });
    seconds.record(took, { target });
  };
}

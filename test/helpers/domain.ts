import { randomUUID } from 'node:crypto';
import type { Connection, ConnectionSecrets, LeverGrant } from '../../domain/connection';
import type { DeliveryNote, RunIdentity, RunRecord } from '../../domain/records';

/** Whole domain values with unremarkable contents; a test names only what it is about. */

export const aConnection = (patch: Partial<Connection> = {}): Connection => {
  const id = patch.id ?? `con_${randomUUID()}`;
  const now = Date.now();
  return {
    id,
    key: `key-of-${id}`,
    vendor: 'smg',
    customer: 'Acme',
    environment: 'production',
    status: 'active',
    statusReason: null,
    settings: { triggerStages: ['Assessment'] },
    leverAccountId: null,
    performAs: null,
    stages: [{ id: 's1', text: 'Assessment' }],
    webhooks: [],
    webhookProblem: null,
    lastHeardAt: null,
    firstHeardAt: null,
    refusedSince: null,
    endsRuns: false,
    addressKey: null,
    addressGeneration: 0,
    formerAddresses: [],
    refusals: {},
    trouble: null,
    createdAt: now,
    updatedAt: now,
    ...patch,
  };
};

export const someSecrets: ConnectionSecrets = {
  credentials: { username: 'u', password: 'vendor-password' },
  signatureTokens: ['signature-token'],
};

export const anApiKey: LeverGrant = { kind: 'apiKey', apiKey: 'lever-api-key' };

export const aNote = (patch: Partial<DeliveryNote> = {}): DeliveryNote => ({
  id: `dlv_${randomUUID()}`,
  source: 'lever',
  connectionId: 'con_1',
  eventKey: randomUUID(),
  event: 'candidateStageChange',
  receivedAt: Date.now(),
  verdict: 'started',
  opportunityId: 'opp_1',
  ...patch,
});

export const aRun = (patch: Partial<RunIdentity> = {}): RunIdentity => {
  const name = randomUUID();
  return {
    assessmentId: `asm_${name}`,
    workflowId: `assessment/smg/con_1/opp_1/${name}`,
    vendor: 'smg',
    connectionId: 'con_1',
    opportunityId: 'opp_1',
    ...patch,
  };
};

export const aRecord = (patch: Partial<RunRecord> = {}): RunRecord => ({
  seq: 1,
  at: Date.now(),
  status: 'routing',
  suspended: false,
  attention: false,
  kind: 'status',
  detail: null,
  ...patch,
});

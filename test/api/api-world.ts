import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import type { Payload } from '@temporalio/common';
import request from 'supertest';
import type { NewConnection } from '../../api/connections/input';
import type { PresentedConnection } from '../../api/connections/present';
import type { RowLimits } from '../../api/ingress/row-budget';
import type { Limits } from '../../api/limits';
import { type RunningApi, startApi } from '../../api/server';
import { type Assessments, createAssessments } from '../../db/repositories/assessments';
import { loadConfig } from '../../platform/config';
import { type KeyRing, parseKeyRing } from '../../platform/crypto/keyring';
import { createLogger } from '../../platform/log';
import { EncryptionCodec } from '../../platform/temporal/codec';
import { assemble } from '../../scripts/assemble';
import { vendorRoots } from '../../vendors/registry';
import { openTestPool, ownDatabase } from '../helpers/database';
import { noLimits, patientStores } from '../helpers/limits';
import { freshNamespace, openTemporal, temporalAddress } from '../helpers/temporal';
import type { Stoppable } from '../helpers/use-world';
import { isDocumented } from './documented';
import { type LeverDouble, startLeverDouble } from './lever-double';

/** One api over a database and a Temporal namespace of its own; no worker but the double of Lever. */
export interface ApiWorld extends Stoppable {
  api: RunningApi;
  databaseUrl: string;
  /** By which Temporal Web UI of the embedded server reads payloads. */
  codecTicket: string;
  client: Client;
  ring: KeyRing;
  lever: LeverDouble;
  /** What runs would write. */
  assessments: Assessments;
  operatorToken: string;
  /** A request to the API as the operator. Every answer is held against the published document. */
  asOperator(method: 'get' | 'post' | 'patch', path: string): request.Test;
  /** A request without any credentials; its answer is held against the document as well. */
  asAnybody(): ReturnType<typeof request.agent>;
  connect(change?: Partial<Omit<NewConnection, 'lever'>>): Promise<PresentedConnection>;
  /** The address's path of a connection's webhook. */
  webhookPath(connection: PresentedConnection): string;
  /** A delivery of Lever's, signed for this connection. */
  delivery(
    event: string,
    data: Record<string, unknown>,
    change?: Record<string, unknown>,
  ): Record<string, unknown>;
  /** Lever's signature of a delivery under a signing token. */
  sign(signatureToken: string, delivery: Record<string, unknown>): string;
  /** The values in payloads of a history. */
  opened(payloads: Payload[]): Promise<unknown[]>;
}

export interface ApiWorldOptions {
  /** Default: so many that no test meets them by chance. */
  limits?: Partial<Limits>;
  /** Gets every line that the hub writes. */
  logged?: string[];
  /** Default: the hub's own. */
  rowLimits?: RowLimits;
}

/** @param env more of the hub's configuration */
export const startApiWorld = (
  env: Record<string, string> = {},
  { limits = {}, logged, rowLimits }: ApiWorldOptions = {},
): Promise<ApiWorld> =>
  assemble(async (atEnd) => {
    const address = temporalAddress();
    const databaseUrl = await ownDatabase(atEnd);
    const dataDir = await mkdtemp(join(tmpdir(), 'fulcrum-api-'));
    atEnd(() => rm(dataDir, { recursive: true, force: true }));
    const namespace = await freshNamespace(address);
    const operatorToken = randomBytes(24).toString('base64url');
    const config = loadConfig(
      {
        PUBLIC_URL: 'https://hub.example',
        DATABASE_URL: databaseUrl,
        DATA_DIR: dataDir,
        TEMPORAL_ADDRESS: address,
        TEMPORAL_NAMESPACE: namespace,
        FULCRUM_KEYS: `test:${randomBytes(32).toString('base64')}`,
        FULCRUM_OPERATOR_TOKEN: operatorToken,
        ...patientStores,
        ...env,
      },
      vendorRoots,
    );
    const ring = parseKeyRing(config.keys as string);
    const client = await openTemporal({ address, namespace, ring });
    atEnd(() => client.connection.close());
    const lever = await startLeverDouble({ address, namespace, ring });
    atEnd(() => lever.stop());
    const rows = openTestPool(databaseUrl);
    atEnd(() => rows.close());
    const log = createLogger({
      level: logged === undefined ? 'silent' : 'debug',
      name: 'test',
      ...(logged && { destination: { write: (line: string) => void logged.push(line) } }),
    });
    const codecTicket = randomBytes(32).toString('base64url');
    const api = await startApi({
      config,
      log,
      port: 0,
      limits: { ...noLimits, ...limits },
      codecTicket,
      ...(rowLimits !== undefined && { rowLimits }),
    });
    atEnd(() => api.stop());

    const world: Omit<ApiWorld, 'stop'> = {
      api,
      databaseUrl,
      codecTicket,
      client,
      ring,
      lever,
      assessments: createAssessments(rows, ring),
      operatorToken,
      asOperator: (method, path) =>
        request(api.url)
          [method](`/api/v1${path}`)
          .set('Authorization', `Bearer ${operatorToken}`)
          .expect(isDocumented),
      asAnybody: () => request.agent(api.url).use((asked: request.Test) => asked.expect(isDocumented)),
      connect: async (change = {}) => {
        const answer = await world
          .asOperator('post', '/connections')
          .send({ ...smgConnection(), ...change })
          .expect(201);
        return answer.body as PresentedConnection;
      },
      webhookPath: (connection) => new URL(connection.webhook.url).pathname,
      delivery: (event, data, change = {}) => {
        const signatureToken =
          lever.webhooks.find((webhook) => webhook.event === event)?.signatureToken ?? '';
        const token = randomBytes(24).toString('hex');
        const triggeredAt = Date.now();
        const signature = world.sign(signatureToken, { token, triggeredAt });
        return { id: randomUUID(), event, triggeredAt, token, signature, data, ...change };
      },
      sign: (signatureToken, { token, triggeredAt }) =>
        createHmac('sha256', signatureToken)
          .update(`${String(token)}${String(triggeredAt)}`)
          .digest('hex'),
      opened: async (payloads) => {
        const readable = await new EncryptionCodec(ring).decode(payloads);
        return readable.map(
          (payload) => JSON.parse(Buffer.from(payload.data ?? []).toString('utf8')) as unknown,
        );
      },
    };
    return world;
  });

export const smgConnection = () => ({
  vendor: 'smg' as const,
  customer: 'Acme',
  lever: { apiKey: 'lever-key' },
  credentials: {
    username: 'acme',
    password: 'pop-password',
    callbackUsername: 'pop',
    callbackPassword: 'call-us',
  },
  settings: { resultsStage: 'Review' },
});

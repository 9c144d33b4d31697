import { createHmac, randomUUID } from 'node:crypto';
import type { Response } from 'supertest';
import type { NewConnection } from '../../api/connections/input';
import type { PresentedConnection } from '../../api/connections/present';
import { assessmentIdOf } from '../../platform/crypto/assessment-id';
import { sealRunKey } from '../../platform/crypto/callback-key';
import { readWebhookSecret, webhookHeaders } from '../../platform/crypto/standard-webhooks';
import type { ApiWorld } from './api-world';

/** Everybody who calls the hub, as each proves itself and as each takes an answer. */

/** What a message says. */
export interface Said {
  /** Names what happened; the same word is the same news. */
  word: string;
  /** The run it is about: in the address where the vendor has one for each run. Null: the account's address. */
  workflowId: string | null;
  /** Without the proof of its sender. */
  isForged?: boolean;
  /** Nothing that a run could use. */
  isIdle?: boolean;
  /** More fields, where the message has some. */
  more?: object;
}

export interface Sender {
  name: string;
  connection: Partial<Omit<NewConnection, 'lever'>>;
  /** The answers that mean "stored" to it: to news, and to a repeat. */
  taken: number;
  takenAgain?: number;
  /** What it repeats may have changed, so each is news. */
  isNewsEachTime?: true;
  /** It names runs at the account's own address, which may be unknown yet. */
  namesRuns: boolean;
  /** Its message starts a run: it is about none that is there. */
  startsRuns?: true;
  send(world: ApiWorld, connection: PresentedConnection, said: Said): Promise<Response>;
}

const secret = 'a-secret-of-more-than-sixteen-characters';
const hmac = (text: string): string => createHmac('sha256', secret).update(text).digest('hex');
const now = (): number => Math.floor(Date.now() / 1_000);
/** `t=…,v1=…`, as Serand and AssessFirst sign. */
const timed = (body: string): string => `t=${now()},v1=${hmac(`${now()}.${body}`)}`;

const addressOf = (world: ApiWorld, { id, vendor, callbackUrl }: PresentedConnection, said: Said): string => {
  const { workflowId } = said;
  if (workflowId === null) return new URL(String(callbackUrl)).pathname;
  const run = { assessmentId: assessmentIdOf(workflowId), workflowId, connectionId: id };
  return `/callbacks/${vendor}/${sealRunKey(world.ring, run)}`;
};

/** A vendor that signs a JSON body. */
const signer =
  (
    method: 'post' | 'put',
    bodyOf: (said: Said) => object,
    proof: (body: string) => Record<string, string>,
    path: (said: Said) => string = () => '',
  ): Sender['send'] =>
  async (world, connection, said) => {
    const body = JSON.stringify(bodyOf(said));
    return world
      .asAnybody()
      [method](addressOf(world, connection, said) + path(said))
      .set('content-type', 'application/json')
      .set(said.isForged ? {} : proof(body))
      .send(body);
  };

/** A word as the number that SMG gives to an application. */
const numberOf = (word: string): string => String(BigInt(`0x${hmac(word).slice(0, 15)}`));

const standardSecret = `whsec_${Buffer.from('thirty-two bytes of a shared key').toString('base64')}`;

export const senders: Sender[] = [
  {
    name: 'SMG',
    connection: {},
    taken: 200,
    namesRuns: true,
    send: async (world, connection, said) =>
      world
        .asAnybody()
        .patch(`${addressOf(world, connection, said)}/${numberOf(said.word)}`)
        .auth('pop', said.isForged ? 'guessed' : 'call-us'),
  },
  {
    name: 'Jobma',
    connection: {
      vendor: 'jobma',
      credentials: { accessToken: 'a', callbackToken: secret },
      settings: { triggerStages: ['Assessment'] },
    },
    taken: 200,
    isNewsEachTime: true,
    namesRuns: false,
    send: signer(
      'put',
      ({ isIdle, word }) => ({ status: isIdle ? 'pending' : 'completed', word }),
      () => ({ authorization: `Bearer ${secret}` }),
      ({ workflowId }) => `/${assessmentIdOf(String(workflowId))}`,
    ),
  },
  {
    name: 'Serand',
    connection: { vendor: 'serand', credentials: { apiKey: 'k', webhookSecret: secret }, settings: {} },
    taken: 200,
    namesRuns: true,
    send: signer(
      'post',
      ({ word }) => ({ id: word, type: 'invitation.completed', data: { invitation_id: word } }),
      (body) => ({ 'serand-signature': timed(body) }),
    ),
  },
  {
    name: 'AssessFirst',
    connection: {
      vendor: 'assessfirst',
      credentials: { token: 't', webhookSecret: secret },
      settings: { triggerStages: ['Assessment'], serviceUserEmail: 'service@customer.example' },
    },
    taken: 200,
    namesRuns: true,
    send: signer(
      'post',
      ({ word }) => ({
        id: word,
        event: 'candidate.completed',
        data: { invitation_uuid: word, candidate_uuid: word },
      }),
      (body) => ({ 'af-signature': timed(body) }),
    ),
  },
  {
    name: 'Upwage',
    connection: {
      vendor: 'upwage',
      credentials: { webhookSecret: secret },
      settings: { screeners: [{ screenerId: 'scr', postingId: randomUUID() }] },
    },
    taken: 202,
    takenAgain: 200,
    namesRuns: false,
    startsRuns: true,
    send: signer(
      'post',
      ({ word, isIdle }) => ({
        event: isIdle ? 'screener.started' : 'screener.completed',
        id: word,
        screener: { id: 'scr' },
        session_id: word,
        candidate: { email: 'dana@example.com' },
        outcome: 'PASSED',
      }),
      (body) => ({
        'x-upwage-timestamp': String(now()),
        'x-upwage-signature': `sha256=${hmac(`${now()}.${body}`)}`,
      }),
    ),
  },
  {
    name: 'standard',
    connection: {
      vendor: 'standard',
      credentials: { baseUrl: 'https://vendor.example', secret: standardSecret },
      settings: {},
    },
    taken: 200,
    namesRuns: true,
    send: signer(
      'post',
      ({ word, workflowId, more }) => ({
        ...more,
        order: workflowId === null ? word : assessmentIdOf(workflowId),
        sequence: Number.parseInt(hmac(word).slice(0, 10), 16),
        status: 'in_progress',
      }),
      (body) =>
        webhookHeaders({ id: randomUUID(), at: Date.now(), body }, [
          readWebhookSecret(standardSecret) as Buffer,
        ]),
    ),
  },
  {
    name: 'Lever',
    connection: {},
    taken: 200,
    namesRuns: false,
    startsRuns: true,
    send: async (world, connection, { word, isForged, isIdle }) => {
      const token = world.lever.webhooks.find(({ url }) => url === connection.webhook.url)?.signatureToken;
      const toStageId = isIdle ? 'stage-review' : 'stage-assessment';
      const delivery = world.delivery(
        'candidateStageChange',
        { opportunityId: word, toStageId },
        { token: word },
      );
      const signature = isForged ? 'forged' : world.sign(String(token), delivery);
      return world
        .asAnybody()
        .post(world.webhookPath(connection))
        .send({ ...delivery, signature });
    },
  },
];

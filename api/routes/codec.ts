import type { Payload } from '@temporalio/common';
import express, { type RequestHandler, type Response, Router } from 'express';
import { z } from 'zod';
import { FulcrumError } from '../../domain/errors';
import { safeEqual } from '../../platform/crypto/hmac';
import type { KeyRing } from '../../platform/crypto/keyring';
import { EncryptionCodec } from '../../platform/temporal/codec';
import type { AuditWriter } from '../audit';
import { permitted } from '../middleware/permission';
import { principalOf, remember, ticketBearer } from '../middleware/principal';
import { methodNotAllowed } from '../middleware/problem';
import { addressLimit, type FailedProof } from '../middleware/rate-limit';
import { readInput } from '../middleware/read-input';

/** Temporal's own bound on one history event's payloads, with room for base64. */
const bodyLimit = '8mb';

const wirePayload = z.looseObject({
  metadata: z.record(z.string(), z.base64()).optional(),
  data: z.base64().optional(),
});
const ticket = z.strictObject({ ticket: z.string().optional() });
/** Temporal Web UI names the namespace and more in the query; none of it matters to the ring. */
const anything = z.looseObject({});
const payloads = z.looseObject({ payloads: z.array(wirePayload).max(10_000) });

export interface CodecDeps {
  ring: KeyRing;
  /** Origin of Temporal Web UI, which asks from the browser; null: only the CLI asks. */
  uiOrigin: string | null;
  /** Lets only who bears a token pass. */
  authenticate: RequestHandler;
  failed: FailedProof;
  audit: AuditWriter;
  /** Of one address. */
  requestsPerMinute: number;
  /**
   * Stands in the address for Temporal Web UI of the embedded dev server, which cannot be given a bearer token: there the
   * address itself is the secret. Made anew by each start, since every program of this machine can see it in the server's
   * arguments. Null: no such server belongs to this hub.
   */
  ticket: string | null;
}

/**
 * The codec endpoint of Temporal Web UI and CLI (`--codec-endpoint`): payloads in protobuf's JSON form, sealed ones in,
 * readable ones out, and the reverse.
 */
export function codecRoutes(deps: CodecDeps): Router {
  const codec = new EncryptionCodec(deps.ring);
  const router = Router();
  const body = express.json({ limit: bodyLimit });

  const convert =
    (direction: 'encode' | 'decode'): RequestHandler =>
    async (req, res) => {
      const input = readInput(req, { params: ticket, query: anything, body: payloads });
      const converted = await codec[direction](input.body.payloads.map(fromWire));
      // What is decoded is anybody's data: nobody sees it without a line.
      if (direction === 'decode') await noted(res, converted.length);
      res.json({ payloads: converted.map(toWire) });
    };

  const noted = (res: Response, count: number): Promise<unknown> => {
    const { actor, label } = principalOf(res);
    const detail = { count, ...(label !== null && { label }) };
    return deps.audit({ actor, action: 'payload.decoded', target: 'none', detail });
  };

  const checkTicket: RequestHandler = (req, res, next) => {
    if (deps.ticket !== null && safeEqual(String(req.params['ticket']), deps.ticket)) {
      remember(res, ticketBearer);
      return next();
    }
    deps.failed(new FulcrumError('not_found', 'There is nothing at this address.'), req, res, next);
  };
  const limit = addressLimit(deps.requestsPerMinute);
  // Payloads do not say whose they are.
  const mayDecode = permitted({ right: 'read', reach: 'everything' });

  for (const direction of ['encode', 'decode'] as const) {
    for (const [path, guard] of [
      [`/codec/${direction}`, deps.authenticate],
      [`/codec/:ticket/${direction}`, checkTicket],
    ] as const) {
      router.options(path, cors(deps.uiOrigin), (_req, res) => res.status(204).end());
      // Behind the guard, so that a stranger's requests do not count against the operator's.
      router.post(path, cors(deps.uiOrigin), guard, mayDecode, limit, body, convert(direction));
      router.all(path, methodNotAllowed('POST', 'OPTIONS'));
    }
  }
  return router;
}

/** Only the one Web UI that the operator named may read answers in a browser. */
const cors =
  (origin: string | null): RequestHandler =>
  (req, res, next) => {
    res.vary('Origin');
    if (origin !== null && req.get('origin') === origin) {
      res.setHeader('Access-Control-Allow-Origin', origin);
      res.setHeader('Access-Control-Allow-Methods', 'POST, OPTIONS');
      res.setHeader('Access-Control-Allow-Headers', 'Authorization, Content-Type, X-Namespace');
      res.setHeader('Access-Control-Allow-Credentials', 'true');
    }
    next();
  };

type WirePayload = z.output<typeof wirePayload>;

const fromWire = (wire: WirePayload): Payload => ({
  metadata: Object.fromEntries(
    Object.entries(wire.metadata ?? {}).map(([key, value]) => [key, Buffer.from(value, 'base64')]),
  ),
  data: Buffer.from(wire.data ?? '', 'base64'),
});

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

const toWire = (payload: Payload): WirePayload => ({
  metadata: Object.fromEntries(
    Object.entries(payload.metadata ?? {}).map(([key, value]) => [key, base64(value)]),
  ),
  data: base64(payload.data ?? new Uint8Array()),
});

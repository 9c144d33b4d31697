import { Router } from 'express';
import { z } from 'zod';
import type { LeverAdmin } from './admin';
import { badRequest } from './errors';
import { faultSchema } from './faults';
import { EVENTS, ORIGINS } from './model';
import { behaviourPatchSchema, oauthAppSchema } from './options';
import { webhookFaultSchema } from './webhooks/faults';

const id = z.string().min(1);
const text = z.string();
const confidentiality = z.enum(['non-confidential', 'confidential']);
const scopes = z.union([z.literal('all'), z.array(text)]);

/** What other processes may call, with the arguments each takes. */
const COMMANDS = {
  addPosting: z.tuple([
    z.strictObject({
      id: id.optional(),
      text,
      tags: z.array(text).optional(),
      team: text.optional(),
      department: text.optional(),
      location: text.optional(),
      commitment: text.optional(),
      confidentiality: confidentiality.optional(),
    }),
  ]),
  setPostingTags: z.tuple([id, z.array(text)]),
  addCandidate: z.tuple([
    z.strictObject({
      name: text,
      email: text,
      postingId: id.optional(),
      stage: id.optional(),
      origin: z.enum(ORIGINS).optional(),
      tags: z.array(text).optional(),
      confidentiality: confidentiality.optional(),
    }),
  ]),
  moveCandidate: z.tuple([
    id,
    id,
    z.strictObject({ userId: id.optional(), silent: z.boolean().optional() }).optional(),
  ]),
  archive: z.tuple([id, id.optional()]),
  unarchive: z.tuple([id]),
  hire: z.tuple([id]),
  delete: z.tuple([id]),
  ageRecord: z.tuple([id]),
  candidate: z.tuple([id]),
  candidates: z.tuple([]),
  setWebhooksEnabled: z.tuple([z.boolean(), z.enum(EVENTS).optional()]),
  webhooks: z.tuple([]),
  addWebhook: z.tuple([
    z.strictObject({
      url: z.url(),
      event: z.enum(EVENTS),
      origins: z.array(z.enum(ORIGINS)).optional(),
      signed: z.boolean().optional(),
    }),
  ]),
  deliveries: z.tuple([z.strictObject({ event: text.optional(), webhookId: id.optional() }).optional()]),
  clearDeliveries: z.tuple([]),
  rerun: z.tuple([id, z.strictObject({ freshToken: z.boolean().optional() }).optional()]),
  ping: z.tuple([id]),
  webhookFault: z.tuple([webhookFaultSchema]),
  fault: z.tuple([faultSchema]),
  pendingFaults: z.tuple([]),
  clearFaults: z.tuple([]),
  requests: z.tuple([
    z
      .strictObject({
        method: text.optional(),
        path: text.optional(),
        credential: text.optional(),
        status: z.number().optional(),
        after: z.number().optional(),
      })
      .optional(),
  ]),
  clearRequests: z.tuple([]),
  behaviour: z.tuple([]),
  configure: z.tuple([behaviourPatchSchema]),
  advanceClock: z.tuple([z.number()]),
  addApiKey: z.tuple([z.strictObject({ key: id, scopes, confidential: z.boolean() })]),
  removeApiKey: z.tuple([id]),
  registerApp: z.tuple([oauthAppSchema]),
  grant: z.tuple([z.strictObject({ clientId: id, scope: z.array(text), userId: id.optional() })]),
  grants: z.tuple([]),
  revoke: z.tuple([id.optional()]),
} satisfies Partial<Record<keyof LeverAdmin, z.ZodType<unknown[]>>>;

export type ControlCommand = keyof typeof COMMANDS;
export const CONTROL_COMMANDS = Object.keys(COMMANDS) as ControlCommand[];

/**
 * `POST /_control/<command>` with the arguments as a JSON array answers `{"result": …}`; `GET /_control` lists the
 * commands. For other processes; `remote.ts` is the typed client.
 */
export function controlRoutes(admin: LeverAdmin): Router {
  const router = Router();
  router.get('/', (_req, res) => void res.json({ commands: CONTROL_COMMANDS }));
  router.post('/:command', async (req, res) => {
    const name = CONTROL_COMMANDS.find((command) => command === req.params.command);
    if (!name) throw badRequest(`Unknown command; there are: ${CONTROL_COMMANDS.join(', ')}`);
    const args: z.ZodSafeParseResult<unknown[]> = COMMANDS[name].safeParse(req.body ?? []);
    if (!args.success) throw badRequest(`${name}: ${z.prettifyError(args.error)}`);
    // The tuple above has just checked the arguments against this very method's parameters.
    const call = admin[name].bind(admin) as (...given: unknown[]) => unknown;
    res.json({ result: (await call(...args.data)) ?? null });
  });
  return router;
}

import { z } from 'zod';
import type { ErrorCode } from '../../../domain/errors';
import { vendorIds } from '../../../vendors/registry';
import { connectionAnswer, connectionTestAnswer } from '../../connections/answer';
import {
  connectionId,
  connectionPatch,
  disableInput,
  newConnection,
  reconnectInput,
  renewAddressesInput,
} from '../../connections/input';
import { page } from '../../routes/paging';
import { pageOf } from '../answers';
import { operation } from '../operation';
import { perVendor } from '../per-vendor';

/** Connections: one vendor × one customer's Lever account. */

const tag = 'connections';
const one = { params: connectionId };

/** What Lever, the way to it and the grant may answer. */
const ofLever = [
  'connection.disconnected',
  'connection.misconfigured',
  'temporal.unavailable',
  'store.unavailable',
  'lever.unauthorized',
  'lever.bad_request',
  'lever.forbidden',
  'lever.not_found',
  'lever.unexpected',
  'lever.rate_limited',
  'lever.unavailable',
  'lever.unclear',
] as const satisfies readonly ErrorCode[];

/** How a change to a connection is answered. */
const changed = {
  status: 200,
  answer: connectionAnswer,
  problems: ['connection.missing', 'conflict', ...ofLever],
} as const;

export const listConnections = operation({
  id: 'listConnections',
  right: 'read',
  action: 'connection.listed',
  audited: 'refusals',
  tag,
  method: 'get',
  path: '/connections',
  summary: 'List connections, newest first',
  input: { query: z.strictObject({ vendor: z.enum(vendorIds).optional(), ...page }) },
  status: 200,
  answer: pageOf(connectionAnswer),
  problems: [],
});

export const createConnection = operation({
  id: 'createConnection',
  right: 'administer',
  action: 'connection.created',
  audited: 'change',
  tag,
  method: 'post',
  path: '/connections',
  summary: 'Connect a vendor with a Lever account',
  description:
    'The names in the settings are looked up in Lever, and the webhooks are registered there; `webhook.state` in the answer shows the outcome.',
  input: { body: newConnection },
  fullBody: perVendor(newConnection),
  status: 201,
  answer: connectionAnswer,
  problems: ['conflict', ...ofLever],
});

export const getConnection = operation({
  id: 'getConnection',
  right: 'read',
  action: 'connection.read',
  audited: 'refusals',
  tag,
  method: 'get',
  path: '/connections/:id',
  summary: 'Read a connection',
  input: one,
  status: 200,
  answer: connectionAnswer,
  problems: ['connection.missing', 'store.unavailable'],
});

export const changeConnection = operation({
  id: 'changeConnection',
  right: 'administer',
  action: 'connection.changed',
  audited: 'change',
  tag,
  method: 'patch',
  path: '/connections/:id',
  summary: 'Change customer, settings, credentials, or the signing token of a webhook made by hand',
  description:
    'Settings are merged key by key; null resets one to its default. Credentials replace the present ones.',
  input: { ...one, body: connectionPatch },
  ...changed,
});

const changing = <const Name extends string, const Path extends string>(
  id: Name,
  path: Path,
  action: string,
  summary: string,
) =>
  operation({
    id,
    right: 'administer',
    action,
    audited: 'change',
    tag,
    method: 'post',
    path,
    summary,
    input: one,
    ...changed,
  });

export const connectionActions = {
  pause: changing(
    'pauseConnection',
    '/connections/:id/pause',
    'connection.pause',
    'Hold what comes in, start nothing new',
  ),
  resume: changing(
    'resumeConnection',
    '/connections/:id/resume',
    'connection.resume',
    'Go on, with what was held meanwhile',
  ),
} as const;

export const disableConnection = operation({
  id: 'disableConnection',
  right: 'administer',
  action: 'connection.disable',
  audited: 'change',
  tag,
  method: 'post',
  path: '/connections/:id/disable',
  summary: 'End a connection: its webhooks and its grant are removed',
  description:
    'From then on nobody is invited or reminded and Lever is not written to. `openRuns` says what becomes of runs under way: `withdraw` has the vendor withdraw what it can and ends them, `keep` fetches their results and writes them once the connection is connected again.',
  input: { ...one, body: disableInput },
  ...changed,
});

export const renewConnectionAddresses = operation({
  id: 'renewConnectionAddresses',
  right: 'administer',
  action: 'connection.addresses_renewed',
  audited: 'change',
  tag,
  method: 'post',
  path: '/connections/:id/renew-addresses',
  summary: 'Give a connection new webhook and callback addresses',
  description:
    'Webhooks that the hub made are registered at Lever under the new address; whoever entered an address by hand has to enter the new one. The present addresses are still taken for `graceDays`. Addresses that vendors were given with an invitation stay as they are.',
  input: { ...one, body: renewAddressesInput },
  ...changed,
});

export const reconnectConnection = operation({
  id: 'reconnectConnection',
  right: 'administer',
  action: 'connection.reconnect',
  audited: 'change',
  tag,
  method: 'post',
  path: '/connections/:id/reconnect',
  summary: 'Give a connection a new grant',
  input: { ...one, body: reconnectInput },
  ...changed,
});

export const testConnection = operation({
  id: 'testConnection',
  right: 'administer',
  action: 'connection.tested',
  audited: 'change',
  tag,
  method: 'post',
  path: '/connections/:id/test',
  summary: 'Check whether everything that a connection needs at Lever exists, and create missing webhooks',
  input: one,
  ...changed,
  answer: connectionTestAnswer,
});

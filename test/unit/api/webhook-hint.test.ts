import { webhookHint } from '../../../api/connections/present';

const at = Date.UTC(2026, 4, 6, 7, 8, 9);
const silent = { lastHeardAt: null, firstHeardAt: null, webhookProblem: null };
const pinged = { ...silent, lastHeardAt: at };
const heard = { ...silent, lastHeardAt: at, firstHeardAt: at - 1_000 };
const broken = { ...heard, webhookProblem: 'lever.forbidden: the grant lacks a permission' };

test.each([
  [
    'registered and silent',
    silent,
    'registered',
    'Never heard from: the Super Admin has probably not switched the webhooks on (Lever: Settings > Integrations and API > Webhooks)',
  ],
  [
    'registered and tested',
    pinged,
    'registered',
    'Only a test ping was received, at 2026-05-06T07:08:09.000Z, and no event yet: unless nothing has happened in Lever since, the Super Admin has probably not switched the webhooks on (Lever: Settings > Integrations and API > Webhooks)',
  ],
  ['registered and heard', heard, 'registered', 'Last heard from at 2026-05-06T07:08:09.000Z'],
  [
    'made by hand and silent',
    silent,
    'manual',
    'Never heard from: the Super Admin has probably not switched the webhooks on (Lever: Settings > Integrations and API > Webhooks). The webhooks were made by hand: also check their address and signing token in Lever',
  ],
  ['made by hand and heard', heard, 'manual', 'Last heard from at 2026-05-06T07:08:09.000Z'],
  [
    'refused',
    broken,
    'failed',
    'Not registered: lever.forbidden: the grant lacks a permission. The hub retries by itself; testing the connection retries at once',
  ],
  ['removed', heard, 'removed', 'The connection is disabled and its webhooks were removed'],
] as const)('%s', (_name, connection, state, hint) => {
  expect(webhookHint(connection, state)).toBe(hint);
});

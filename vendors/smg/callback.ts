import { z } from 'zod';
import { FulcrumError } from '../../domain/errors';
import { safeEqual } from '../../platform/crypto/hmac';
import { parseJson } from '../../platform/json';
import type { CallbackMessage, RawCallback } from '../define';
import type { SmgCredentials } from './settings';
import { smgDate } from './wire';

/**
 * SMG calls once, when the finished questionnaire was submitted; there is no "started".
 * https://pop.selfmgmt.com/docs/partner_api/notify-partner.html
 */

/**
 * SMG cannot sign. With callback credentials Basic is asked for; without them the guard is the address itself, whose
 * key seals the run and cannot be guessed.
 */
export function verify(raw: RawCallback, credentials: SmgCredentials): void {
  const { callbackUsername, callbackPassword } = credentials;
  if (callbackUsername === undefined || callbackPassword === undefined) return;
  const [scheme = '', encoded = ''] = (raw.headers['authorization'] ?? '').split(' ');
  const given = Buffer.from(encoded, 'base64');
  const expected = Buffer.from(`${callbackUsername}:${callbackPassword}`);
  if (scheme.toLowerCase() === 'basic' && safeEqual(given, expected)) return;
  throw new FulcrumError(
    'auth.signature',
    "The callback's Basic credentials do not match: compare `auth` of the SMG account's config with callbackUsername:callbackPassword",
  );
}

/** Whoever knows the address can send what looks like SMG's, unless Basic is asked for. */
export const provesSender = ({ callbackUsername, callbackPassword }: SmgCredentials): boolean =>
  callbackUsername !== undefined && callbackPassword !== undefined;

const extended = z.object({
  application_id: z.union([z.string(), z.number()]).transform(String).nullish(),
  completed: z.string().nullish(),
});

/** The id comes with the address; with `ext_notify` also in a JSON body, otherwise the body is empty. */
export function parse(raw: RawCallback): CallbackMessage {
  const named = fromPath(raw.pathRest);
  const body = fromBody(raw.body, named !== null);
  const vendorRef = named ?? body.application_id ?? null;
  if (vendorRef === null || vendorRef.length > 20 || !/^\d+$/.test(vendorRef)) {
    throw malformed('it names no application: neither its address nor its body holds an application id');
  }
  const at = smgDate(body.completed);
  const event = { type: 'completed', ...(at !== null && { at }) } as const;
  return { news: [{ vendorRef, eventKey: `completed-${vendorRef}`, event }] };
}

/** Where SMG did not know our place-holder it puts the id behind it, so the last part of the path decides. */
function fromPath(pathRest: string): string | null {
  const last = decode(pathRest).split('/').filter(Boolean).at(-1);
  if (last === undefined) return null;
  if (/^\[_+[A-Z]+_ID_+\]$/.test(last)) {
    throw malformed('the place-holder in the address was not replaced; see the setting callbackPlaceholder');
  }
  return last;
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw malformed('its path cannot be decoded');
  }
}

/** The content type is not looked at: SMG's pages promise none. A body is optional once the address names the run. */
function fromBody(body: Buffer, optional: boolean): z.output<typeof extended> {
  const content = body.toString('utf8').trim();
  if (content === '') return {};
  try {
    return extended.parse(parseJson(content));
  } catch {
    if (optional) return {};
    throw malformed('its body is not the JSON object that SMG documents');
  }
}

const malformed = (why: string): FulcrumError =>
  new FulcrumError('input.malformed', `The callback cannot be used: ${why}`);

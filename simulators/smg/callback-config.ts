/**
 * The account's `config` string and what it says about callbacks.
 * Source: pop.selfmgmt.com/docs/partner_api/prerequisites.html and create-application.html.
 */

export interface CallbackConfig {
  url: string | undefined;
  method: 'PATCH' | 'POST' | 'GET';
  headers: Record<string, string>;
  /** Adds the JSON body; without it the id travels in the address alone. */
  extended: boolean;
  /** Statuses that are tried again; every other one but 200 ends the callback for ever. */
  retried: ReadonlySet<number>;
}

/** Reads `k|v|k|v`. The format has no escape, so a value that holds a bar shifts everything after it. */
function parsePipes(text: string): Map<string, string> {
  const parts = text.split('|');
  const values = new Map<string, string>();
  for (let index = 0; index + 1 < parts.length; index += 2) {
    values.set(parts[index] ?? '', parts[index + 1] ?? '');
  }
  return values;
}

export function toPipes(fields: readonly { n: string; v: string }[]): string {
  return fields.flatMap(({ n, v }) => [n, v]).join('|');
}

export function parseCallbackConfig(config: string): CallbackConfig {
  const values = parsePipes(config);
  const notMethod = values.get('not_method');
  const headers: Record<string, string> = {};
  const extra = (values.get('not_headers') ?? '').split(values.get('not_sep') || ',');
  for (let index = 0; index + 1 < extra.length; index += 2) {
    headers[(extra[index] ?? '').trim()] = (extra[index + 1] ?? '').trim();
  }
  const auth = values.get('auth');
  if (auth) headers['authorization'] = `Basic ${Buffer.from(auth).toString('base64')}`;
  return {
    url: values.get('url') || undefined,
    method: notMethod === '1' ? 'POST' : notMethod === '2' ? 'GET' : 'PATCH',
    headers,
    extended: values.get('ext_notify') === 'yes',
    retried: new Set((values.get('http_err') ?? '').split(',').map(Number)),
  };
}

/**
 * Puts the application id into a callback address: in place of the place-holder, else at the end.
 * The vendor's pages call the place-holder `[___APP_ID___]` (account) and `[___API_ID___]` (application), so both count.
 */
export function callbackAddress(template: string, applicationId: string): string {
  const filled = template.replaceAll(/\[___AP[PI]_ID___\]/g, applicationId);
  if (filled !== template) return filled;
  return `${template.replace(/\/$/, '')}/${applicationId}`;
}

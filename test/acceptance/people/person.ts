/**
 * Somebody with a browser of their own: opens pages, fills in forms, presses buttons by what is written on them. Cookies
 * and redirects as in a browser, real sockets, no scripts, as none of the pages needs one.
 */
export interface Person {
  open(address: string): Promise<Seen>;
  /**
   * Fills in fields beside the values that the form has already, and presses its button.
   * @throws Error when no form of the page has this button, or not this field
   */
  press(page: Seen, button: string, fields?: Record<string, string>): Promise<Seen>;
}

/** A page as it came. */
export interface Seen {
  address: string;
  status: number;
  html: string;
  /** What can be read on it. */
  text: string;
}

export function somebody(): Person {
  const jar = new Map<string, Map<string, string>>();

  const visit = async (
    address: string,
    init: RequestInit & { headers?: Record<string, string> } = {},
  ): Promise<Seen> => {
    const { host } = new URL(address);
    const cookies = jar.get(host) ?? new Map<string, string>();
    jar.set(host, cookies);
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(address, {
      ...init,
      redirect: 'manual',
      headers: { ...init.headers, cookie },
    });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name, value);
    }
    const html = await answer.text();
    const next = answer.headers.get('location');
    if (next !== null) return visit(new URL(next, address).href);
    return { address, status: answer.status, html, text: readable(html) };
  };

  return {
    open: (address) => visit(address),
    press: (page, button, fields = {}) => {
      const form = formWith(page, button);
      const unknown = Object.keys(fields).find((name) => !form.names.has(name));
      if (unknown !== undefined) throw new Error(`the form of "${button}" has no field ${unknown}`);
      const values = new URLSearchParams({ ...form.values, ...fields });
      const target = new URL(form.action, page.address);
      if (form.method === 'post') {
        // As browsers send it, old ones too.
        const { origin } = new URL(page.address);
        return visit(target.href, { method: 'POST', body: values, headers: { origin } });
      }
      target.search = values.toString();
      return visit(target.href);
    },
  };
}

interface Form {
  action: string;
  method: string;
  /** What it sends untouched, the pressed button's own value included. */
  values: Record<string, string>;
  /** Fields that can be filled in. */
  names: Set<string>;
}

const matches = (text: string, pattern: RegExp): RegExpExecArray[] => [...text.matchAll(pattern)];

function formWith(page: Seen, label: string): Form {
  for (const [whole, attributes = '', inside = ''] of matches(
    page.html,
    /<form\b([^>]*)>([\s\S]*?)<\/form>/g,
  )) {
    const button = matches(whole, /<button\b([^>]*)>([\s\S]*?)<\/button>/g).find(
      ([, own = '', text = '']) => readable(text).trim() === label || attribute(own, 'aria-label') === label,
    );
    if (button === undefined) continue;
    const form: Form = {
      action: attribute(attributes, 'action') ?? page.address,
      method: attribute(attributes, 'method') ?? 'get',
      values: {},
      names: new Set(),
    };
    readFields(form, inside);
    const name = attribute(button[1] ?? '', 'name');
    if (name !== null) form.values[name] = attribute(button[1] ?? '', 'value') ?? '';
    return form;
  }
  throw new Error(`no button "${label}" on ${page.address}: ${page.text}`);
}

function readFields({ values, names }: Form, inside: string): void {
  for (const [, own = ''] of matches(inside, /<input\b([^>]*)>/g)) {
    const name = attribute(own, 'name') ?? '';
    names.add(name);
    const isChoice = ['radio', 'checkbox'].includes(attribute(own, 'type') ?? '');
    if (!isChoice || /\bchecked\b/.test(own)) values[name] = attribute(own, 'value') ?? '';
  }
  for (const [, own = '', text = ''] of matches(inside, /<textarea\b([^>]*)>([\s\S]*?)<\/textarea>/g)) {
    const name = attribute(own, 'name') ?? '';
    names.add(name);
    values[name] = unescaped(text);
  }
  for (const [, own = '', options = ''] of matches(inside, /<select\b([^>]*)>([\s\S]*?)<\/select>/g)) {
    const name = attribute(own, 'name') ?? '';
    names.add(name);
    const all = matches(options, /<option\b([^>]*)>/g).map(([, one = '']) => one);
    const chosen = all.find((one) => /\bselected\b/.test(one)) ?? all[0];
    if (chosen !== undefined) values[name] = attribute(chosen, 'value') ?? '';
  }
}

function attribute(text: string, name: string): string | null {
  const value = new RegExp(`(?:^|\\s)${name}="([^"]*)"`).exec(text)?.[1];
  return value === undefined ? null : unescaped(value);
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
const unescaped = (html: string): string =>
  html.replace(/&(amp|lt|gt|quot|#39);/g, (_whole, name: string) => entities[name] ?? '');

const readable = (html: string): string =>
  unescaped(html.replace(/<[^<>]+>/g, ' '))
    .replace(/\s+/g, ' ')
    .trim();

/** What a page shows under one of its headings, markup included. */
export function under(page: Seen, heading: string): string {
  const parts = page.html.split(/(?=<h[23]\b)/);
  const found = parts.find((part) => readable(part.slice(0, part.indexOf('</h'))) === heading);
  if (found === undefined) throw new Error(`nothing is headed "${heading}" on ${page.address}: ${page.text}`);
  return found;
}

/** What can be chosen in a list of a page, as it reads; by the value that it sends. */
export function choices(page: Seen, field: string): Map<string, string> {
  const list = new RegExp(`<select\\b[^>]*name="${field}"[^>]*>([\\s\\S]*?)</select>`).exec(page.html)?.[1];
  if (list === undefined) throw new Error(`no list "${field}" on ${page.address}`);
  const options = matches(list, /<option\b([^>]*)>([\s\S]*?)<\/option>/g);
  return new Map(options.map(([, own = '', text = '']) => [attribute(own, 'value') ?? '', readable(text)]));
}

/** Where the links of a piece of a page lead, in its order. */
export const linksOf = (html: string): string[] =>
  matches(html, /<a\b[^>]*\bhref="([^"]*)"/g).map(([, href = '']) => unescaped(href));

import { SEED } from '../../simulators/lever/seed';

/** One page as a browser got it. */
export interface Page {
  url: string;
  status: number;
  headers: Headers;
  html: string;
  /** Readable text without tags. */
  text: string;
}

/** A person's browser: it follows redirects, keeps cookies by host, and presses buttons. Real sockets, no scripts. */
export interface Browser {
  open(url: string): Promise<Page>;
  /** Sends the form of a page, with what is filled in beside its own values. */
  submit(page: Page, fields?: Record<string, string>, headers?: Record<string, string>): Promise<Page>;
  /** Presses Accept or Deny on Lever's consent page. */
  decide(page: Page, decision: 'accept' | 'deny'): Promise<Page>;
  /** As {@link decide}, but stops before Lever's answer reaches the hub; gives its address. */
  decideWithoutArriving(page: Page, decision: 'accept' | 'deny'): Promise<string>;
  /** Every address the browser was at, forms included. */
  visited: string[];
  /** The `Set-Cookie` lines it was given. */
  cookieLines: string[];
}

export function newBrowser(): Browser {
  const jar = new Map<string, Map<string, string>>();
  const visited: string[] = [];
  const cookieLines: string[] = [];

  const once = async (url: string, init: RequestInit): Promise<Response> => {
    const { host } = new URL(url);
    const cookies = [...(jar.get(host) ?? [])].map(([name, value]) => `${name}=${value}`).join('; ');
    visited.push(url);
    const answer = await fetch(url, {
      ...init,
      redirect: 'manual',
      headers: { ...(init.headers as Record<string, string>), ...(cookies !== '' && { cookie: cookies }) },
    });
    for (const line of answer.headers.getSetCookie()) {
      cookieLines.push(line);
      const [pair = ''] = line.split(';');
      const at = pair.indexOf('=');
      jar.set(host, (jar.get(host) ?? new Map<string, string>()).set(pair.slice(0, at), pair.slice(at + 1)));
    }
    return answer;
  };

  const follow = async (url: string, init: RequestInit): Promise<Page> => {
    const answer = await once(url, init);
    const location = answer.headers.get('location');
    const html = await answer.text();
    if (location !== null) return follow(new URL(location, url).href, {});
    const text = unescaped(html.replace(/<[^<>]+>/g, ' ')).replace(/\s+/g, ' ');
    return { url, status: answer.status, headers: answer.headers, html, text };
  };

  const formOf = (page: Page) => {
    const form = /<form method="post" action="([^"]*)"[\s\S]*?<\/form>/.exec(page.html);
    if (!form) throw new Error(`no form on ${page.url}: ${page.text}`);
    const hidden = [...form[0].matchAll(/type="hidden" name="([^"]+)" value="([^"]*)"/g)];
    return {
      action: new URL(unescaped(form[1] ?? ''), page.url).href,
      fields: Object.fromEntries(hidden.map(([, name, value]) => [name ?? '', unescaped(value ?? '')])),
    };
  };

  const posted = (page: Page, more: Record<string, string>, headers: Record<string, string> = {}) => {
    const { action, fields } = formOf(page);
    // As browsers send it; one that a test leaves out is not sent.
    const { origin } = new URL(page.url);
    const body = new URLSearchParams({ ...fields, ...more });
    const init = { method: 'POST', headers: { origin, ...headers }, body };
    return { action, init };
  };
  const decision = (chosen: string) => ({ user: SEED.users.superAdmin, decision: chosen });

  return {
    visited,
    cookieLines,
    open: (url) => follow(url, {}),
    submit: (page, fields = {}, headers = {}) => {
      const { action, init } = posted(page, fields, headers);
      return follow(action, init);
    },
    decide: (page, chosen) => {
      const { action, init } = posted(page, decision(chosen));
      return follow(action, init);
    },
    decideWithoutArriving: async (page, chosen) => {
      const { action, init } = posted(page, decision(chosen));
      return (await once(action, init)).headers.get('location') ?? '';
    },
  };
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
const unescaped = (html: string): string =>
  html.replace(/&(amp|lt|gt|quot|#39);/g, (_whole, name: string) => entities[name] ?? '');

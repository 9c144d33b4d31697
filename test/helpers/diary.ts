import type { LeverSimulator } from '../../simulators/lever/server';
import type { HttpGate } from './http-gate';

/** Every change that took effect on one opportunity, as `+tag X`, `-tag X`, `+link …`, `+note …`, in order. */
export interface Diary {
  of(opportunityId: string): string[];
  /** Begins to watch; what is there already counts as there from the start. */
  open(opportunityId: string): void;
}

interface Page {
  seen: string[];
  changes: string[];
}

/**
 * Looks at the account around every request to Lever. Counting requests would not do: adding a tag that is there already
 * is a request without effect, and what a person sees of a tag that was taken away and added again looks untouched.
 */
export function keepDiary(lever: LeverSimulator, gate: HttpGate): Diary {
  const pages = new Map<string, Page>();

  const look = (opportunityId: string): string[] => {
    const { tags, links, notes } = lever.admin.candidate(opportunityId);
    return [
      ...tags.map((tag) => `tag ${tag}`),
      ...links.map((link) => `link ${link}`),
      ...notes.map((note) => `note ${note.fields.map(({ value }) => value).join(' ')}`),
    ];
  };

  const note = (opportunityId: string, page: Page): void => {
    const now = look(opportunityId);
    const gone = without(page.seen, now).map((thing) => `-${thing}`);
    const come = without(now, page.seen).map((thing) => `+${thing}`);
    page.changes.push(...gone, ...come);
    page.seen = now;
  };

  gate.watch(({ path }) => {
    for (const [opportunityId, page] of pages) if (path.includes(opportunityId)) note(opportunityId, page);
  });

  return {
    open: (opportunityId) => void pages.set(opportunityId, { seen: look(opportunityId), changes: [] }),
    of: (opportunityId) => {
      const page = pages.get(opportunityId);
      if (page === undefined) throw new Error(`nobody watched ${opportunityId}`);
      note(opportunityId, page);
      return [...page.changes];
    },
  };
}

/** What of `all` is left when each of `taken` is taken out once: two equal notes are two things. */
function without(all: string[], taken: string[]): string[] {
  const left = [...all];
  for (const one of taken) {
    const index = left.indexOf(one);
    if (index >= 0) left.splice(index, 1);
  }
  return left;
}

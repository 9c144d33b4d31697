import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { KeptFile } from '../../db/repositories/files';
import { createFiles } from '../../db/repositories/files';
import type { Effect, PlannedEffect } from '../../domain/effects';
import { SEED } from '../../simulators/lever/seed';
import type { AnyVendor } from '../../vendors/define';
import type { FullAssessment, Person } from '../helpers/actions';
import { ended, inLever, invitedApplicant, liveRun, runOf, times, writes } from '../helpers/actions';
import { openTestPool } from '../helpers/database';
import { soonGivenUp } from '../helpers/limits';
import { useWorld } from '../helpers/use-world';
import { startWorld } from '../helpers/world';
import { basic } from '../simulators/lever-client';
import type { Trouble } from './trouble';

/**
 * Every writing route once, and Lever takes each write without the hub hearing so. No vendor writes all of them, so SMG
 * is given a plan of its own for the completed assessment; all else is the hub as it is.
 */

let mockPlan: PlannedEffect[] = [];
jest.mock('../../vendors/registry', () => {
  const actual = jest.requireActual<{ registry: { smg: AnyVendor } }>('../../vendors/registry');
  const { registry } = actual;
  const smg: AnyVendor = {
    ...registry.smg,
    plan: (input) => (input.trigger === 'completed' ? mockPlan : registry.smg.plan(input)),
  };
  return { ...actual, registry: { smg }, vendor: () => smg };
});

/** A question writes nothing. */
type Kind = Exclude<Effect['kind'], 'ask'>;
const routes: Record<Kind, { method: string; path: (opportunityId: string) => string }> = {
  addTags: { method: 'POST', path: (id) => `/opportunities/${id}/addTags` },
  removeTags: { method: 'POST', path: (id) => `/opportunities/${id}/removeTags` },
  addLinks: { method: 'POST', path: (id) => `/opportunities/${id}/addLinks` },
  removeLinks: { method: 'POST', path: (id) => `/opportunities/${id}/removeLinks` },
  note: { method: 'POST', path: (id) => `/opportunities/${id}/notes` },
  file: { method: 'POST', path: (id) => `/opportunities/${id}/files` },
  stage: { method: 'PUT', path: (id) => `/opportunities/${id}/stage` },
  archive: { method: 'PUT', path: (id) => `/opportunities/${id}/archived` },
  createOpportunity: { method: 'POST', path: () => '/opportunities' },
};
const kinds = Object.keys(routes) as Kind[];
/** Those that Lever would write a second time; the hub looks for them instead. */
const doubling: Kind[] = ['note', 'file', 'createOpportunity'];

const troubles: { name: string; trouble: Trouble }[] = [
  { name: 'a timeout', trouble: { kind: 'timeout-after' } },
  { name: 'a dropped connection', trouble: { kind: 'drop-after' } },
  { name: 'a 500', trouble: { kind: 'status-after', status: 500 } },
  { name: 'a 503', trouble: { kind: 'status-after', status: 503 } },
];

const added = { tag: 'All routes', link: 'https://results.example/1' };
const noteText = 'Every route was written to.';

const world = useWorld(() =>
  startWorld({
    settings: { performAs: SEED.users.service },
    // One of the troubles is that no answer comes; an upload waits for it for five sixths of start-to-close.
    env: soonGivenUp,
  }),
);
let content: Buffer;
let kept: KeptFile;
let fileName: string;

beforeAll(async () => {
  content = randomBytes(700_000);
  const db = openTestPool(world.databaseUrl);
  const about = { assessmentId: 'asm_1', name: 'Report.pdf', contentType: 'application/pdf' };
  kept = await createFiles(db, world.ring).put(Readable.from([content]), { ...about, maxBytes: 1e6 });
  await db.close();
  fileName = `Report-${kept.sha256.slice(0, 8)}.pdf`;
});

interface Candidate extends Person {
  contactId: string;
  appLink: string;
  applicationId: string;
}

async function invitedCandidate(): Promise<Candidate> {
  const person = await invitedApplicant(world, { email: `${randomUUID()}@example.com` });
  const { appLink, applicationId } = person.application;
  return { ...person, contactId: inLever(world, person).contact, appLink, applicationId };
}

/** Found again by the contact, or where there is none by the e-mail address. */
function everyRoute(candidate: Candidate, by: 'contact' | 'email'): PlannedEffect[] {
  const { name, email, contactId } = candidate;
  const person = by === 'contact' ? { contactId, email: null } : { contactId: null, email };
  const effects: PlannedEffect[] = [
    { kind: 'addTags', key: 'tags', tags: [added.tag] },
    { kind: 'removeTags', key: 'old-tags', tags: ['POP-IN-Progress'] },
    { kind: 'addLinks', key: 'links', links: [added.link] },
    { kind: 'removeLinks', key: 'old-links', links: [candidate.appLink] },
    { kind: 'note', key: 'note', text: noteText },
    {
      kind: 'file',
      key: 'file',
      fileId: kept.id,
      name: fileName,
      contentType: 'application/pdf',
      size: kept.size,
    },
    {
      kind: 'createOpportunity',
      key: 'other',
      postingId: SEED.postings.storeClerk,
      name,
      ...person,
      tags: ['Second job'],
    },
    { kind: 'stage', key: 'stage', stageId: SEED.stages.offer },
  ];
  const last = { kind: 'archive', key: 'archive', reasonId: SEED.reasons.withdrew } as const;
  return [...effects, { ...last, after: effects.map(({ key }) => key) }];
}

async function complete(candidate: Candidate, by: 'contact' | 'email'): Promise<FullAssessment> {
  mockPlan = everyRoute(candidate, by);
  world.smg.admin.complete(candidate.applicationId);
  return ended(world, candidate, 'completed');
}

/** The person's other candidacies. */
const others = ({ opportunityId, contactId }: Candidate) =>
  world.lever.admin
    .candidates()
    .filter((id) => id !== opportunityId)
    .map((id) => world.lever.admin.candidate(id))
    .filter(({ contact }) => contact === contactId);

async function download(url: string): Promise<Buffer> {
  const authorization = basic(SEED.apiKey);
  return Buffer.from(await (await fetch(url, { headers: { authorization } })).arrayBuffer());
}

/** What there is of an effect in Lever; one of each is what is wanted. */
const found: Record<Kind, (candidate: Candidate) => number> = {
  addTags: (candidate) => times(inLever(world, candidate).tags, added.tag),
  removeTags: (candidate) => 1 - times(inLever(world, candidate).tags, 'POP-IN-Progress'),
  addLinks: (candidate) => times(inLever(world, candidate).links, added.link),
  removeLinks: (candidate) => 1 - times(inLever(world, candidate).links, candidate.appLink),
  note: (candidate) => inLever(world, candidate).notes.length,
  file: (candidate) => inLever(world, candidate).files.length,
  stage: (candidate) =>
    inLever(world, candidate).stageChanges.filter(({ toStageId }) => toStageId === SEED.stages.offer).length,
  archive: (candidate) => Number(inLever(world, candidate).archived?.reason === SEED.reasons.withdrew),
  createOpportunity: (candidate) => others(candidate).length,
};

describe.each(troubles)('each write takes place, and $name is the answer', ({ name, trouble }) => {
  let candidate: Candidate;
  let run: FullAssessment;
  /** Requests that changed Lever on the way from the completed assessment on. */
  let asked: { method: string; path: string; fault?: string }[];

  beforeAll(async () => {
    candidate = await invitedCandidate();
    for (const kind of kinds) {
      const { method, path } = routes[kind];
      world.lever.admin.fault({ ...trouble, method, path: path(candidate.opportunityId) });
    }
    const after = world.lever.admin.requests().at(-1)?.seq;
    run = await complete(candidate, name === 'a 503' ? 'email' : 'contact');
    asked = world.lever.admin.requests({ after }).filter(({ method }) => method !== 'GET');
  });
  afterAll(() => world.lever.admin.clearFaults());

  it.each(kinds)('%s', (kind) => {
    const { method, path } = routes[kind];
    const own = asked.filter(
      (one) => one.method === method && one.path.endsWith(path(candidate.opportunityId)),
    );
    expect(own.map(({ fault }) => fault)).toEqual(
      doubling.includes(kind) ? [trouble.kind] : [trouble.kind, undefined],
    );
    expect(found[kind](candidate)).toBe(1);
  });

  it('and the run ends right', async () => {
    expect(run).toMatchObject({ status: 'completed', attention: false, suspended: false });
    expect(world.lever.admin.pendingFaults()).toEqual([]);
    const { notes, files } = inLever(world, candidate);
    expect(JSON.stringify(notes)).toContain(noteText);
    expect(files).toMatchObject([{ name: fileName, size: content.length }]);
    expect(
      createHash('sha256')
        .update(await download(files[0]?.downloadUrl ?? ''))
        .digest('hex'),
    ).toBe(kept.sha256);
    expect(others(candidate)).toMatchObject([{ posting: SEED.postings.storeClerk, archived: null }]);
  });
});

describe('what is there already', () => {
  it('is not written again, whoever wrote it', async () => {
    const candidate = await invitedCandidate();
    const { name, email } = candidate;
    world.lever.admin.addCandidate({ name, email, postingId: SEED.postings.storeClerk });
    await upload(candidate, fileName, content);
    await complete(candidate, 'contact');
    expect(others(candidate)).toHaveLength(1);
    expect(inLever(world, candidate).files).toHaveLength(1);
    expect(writes(world, candidate).filter((write) => write === 'POST files')).toHaveLength(1);
  });

  it('is told from what only looks like it: another size, another job, a candidacy that is over', async () => {
    const candidate = await invitedCandidate();
    const { name, email } = candidate;
    world.lever.admin.addCandidate({ name, email, postingId: SEED.postings.shiftLead });
    world.lever.admin.archive(
      world.lever.admin.addCandidate({ name, email, postingId: SEED.postings.storeClerk }),
    );
    await upload(candidate, fileName, content.subarray(1));
    await complete(candidate, 'email');
    expect(others(candidate)).toHaveLength(3);
    expect(inLever(world, candidate).files.map(({ size }) => size)).toEqual([
      content.length - 1,
      content.length,
    ]);
  });

  async function upload({ opportunityId }: Candidate, file: string, bytes: Buffer): Promise<void> {
    const form = new FormData();
    form.set('file', new Blob([new Uint8Array(bytes)], { type: 'application/pdf' }), file);
    const url = `${world.lever.apiUrl}/opportunities/${opportunityId}/files?perform_as=${SEED.users.service}`;
    const authorization = basic(SEED.apiKey);
    const answer = await fetch(url, { method: 'POST', body: form, headers: { authorization } });
    expect(answer.status).toBe(201);
  }
});

describe('a file that is no longer kept', () => {
  it('asks for attention and says why; the other effects are done', async () => {
    const candidate = await invitedCandidate();
    mockPlan = everyRoute(candidate, 'contact')
      .filter(({ kind }) => kind === 'file' || kind === 'note')
      .map((effect) => (effect.kind === 'file' ? { ...effect, fileId: 'fil_gone' } : effect));
    world.smg.admin.complete(candidate.applicationId);
    const { id } = await runOf(world, candidate);
    const { attention } = await liveRun(
      world,
      id,
      'the run asks for attention',
      (run) => run.attention.length > 0 && found.note(candidate) === 1,
    );
    expect(attention).toMatchObject([
      { effectId: 'completed/file', code: 'not_found', message: expect.stringContaining('30 days') },
    ]);
    expect(inLever(world, candidate).files).toEqual([]);
  });
});

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import {
  createdWebhook,
  leverApplication,
  leverNote,
  leverOpportunity,
  leverPosting,
  leverStage,
  leverUser,
  leverWebhook,
  list,
  single,
} from '../../../lever/schemas';
import { toOpportunity, toPosting } from '../../../lever/to-domain';

const folder = join(__dirname, '../../fixtures/lever');
const recording = (name: string): unknown =>
  (JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as { response: unknown }).response;

/** Live answers of Lever, by the schema that reads them. The pagination skeleton is read by the client's test. */
const schemas: Record<string, z.ZodType> = {
  'create-note': single(leverNote),
  'create-opportunity': single(leverOpportunity),
  'create-webhook': single(createdWebhook),
  'get-application': single(leverApplication),
  'get-note': single(leverNote),
  'get-opportunity': single(leverOpportunity),
  'get-posting': single(leverPosting),
  'get-postings': list(leverPosting),
  'get-stages': list(leverStage),
  'get-user': single(leverUser),
  'get-webhooks': list(leverWebhook),
  'opportunities-last-page': list(leverOpportunity),
  'opportunities-page-1-head': list(leverOpportunity),
  'update-opportunity-archived': single(leverOpportunity),
  'update-opportunity-links': single(leverOpportunity),
  'update-opportunity-stage': single(leverOpportunity),
  'update-opportunity-tags': single(leverOpportunity),
  users: list(leverUser),
};

describe('the schemas of Lever', () => {
  const names = readdirSync(folder)
    .map((file) => file.replace(/\.json$/, ''))
    .filter((name) => name !== 'opportunities-pagination-skeleton');

  it('has a schema for each recording', () => {
    expect(Object.keys(schemas).sort()).toEqual(names.sort());
  });

  it.each(Object.keys(schemas))('reads the recording %s', (name) => {
    expect(schemas[name]?.safeParse(recording(name)).error).toBeUndefined();
  });

  it('finds the text of a note in its fields', () => {
    expect(single(leverNote).parse(recording('get-note'))).toEqual({
      id: 'dafc52cc-2eba-4542-92ba-1f17685df17b',
      text: 'Test note for get-note dryrun',
      createdAt: 1782974413945,
      deletedAt: null,
    });
  });

  it('takes the shapes that only the printed documentation shows', () => {
    const hook = { id: 'h', event: 'e', url: 'u', configuration: { signatureToken: 't' } };
    expect(single(createdWebhook).parse({ data: { data: hook } })).toEqual({
      id: 'h',
      event: 'e',
      url: 'u',
      signatureToken: 't',
    });
    expect(single(leverNote).parse({ data: { noteId: 'n' } })).toMatchObject({ id: 'n', text: '' });
    expect(list(leverStage).parse([{ id: 'offer', text: 'Offer' }]).data).toHaveLength(1);
  });
});

describe('from Lever to the domain', () => {
  const application = single(leverApplication).parse(recording('get-application'));
  const opportunity = single(leverOpportunity).parse(recording('get-opportunity'));

  it('reads an opportunity with its posting and the time of its last stage change', () => {
    expect(toOpportunity({ ...opportunity, applications: [application] })).toEqual({
      id: '6408dc54-7015-4e5b-8d60-23afff2b1efc',
      contactId: '997fd432-94f6-4613-9fa8-c3d5bd49600b',
      postingId: '75ff237f-c221-4c26-8b23-faf395f5ea1c',
      stageId: 'lead-reached-out',
      stageChangedAt: 1782974004990,
      tags: opportunity.tags,
      links: [],
      candidate: {
        name: 'Nango Seed Candidate 1',
        email: 'nango-seed-candidate-1@example.com',
        phone: '5555550100',
      },
      archived: true,
    });
  });

  it('takes the last of several moves into the same stage, else the last advance', () => {
    const moves = [100, 300, 200].map((updatedAt) => ({ toStageId: 'offer', updatedAt }));
    const moved = { ...opportunity, applications: [], stage: 'offer', lastAdvancedAt: 400 };
    expect(toOpportunity({ ...moved, stageChanges: moves }).stageChangedAt).toBe(300);
    expect(toOpportunity({ ...moved, stageChanges: [] }).stageChangedAt).toBe(400);
  });

  it('prefers the application that is not archived, and knows that there may be none', () => {
    const open = { ...application, id: 'a2', posting: 'p2', archived: null };
    expect(toOpportunity({ ...opportunity, applications: [application, open] }).postingId).toBe('p2');
    expect(toOpportunity({ ...opportunity, applications: [] }).postingId).toBeNull();
  });

  it('does not take an application that was not expanded for a missing posting', () => {
    expect(() => toOpportunity(opportunity)).toThrow(expect.objectContaining({ code: 'lever.unexpected' }));
  });

  it('reads a posting', () => {
    const posting = single(leverPosting).parse(recording('get-posting'));
    expect(toPosting(posting)).toEqual({ id: posting.id, title: 'Nango Seed Posting 1', tags: [] });
  });
});

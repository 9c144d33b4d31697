import { z } from 'zod';

/**
 * What Lever answers, as far as the hub reads it. Forgiving on purpose: Lever may add fields without notice and the
 * printed documentation differs from live answers in places, so only what the hub cannot do without is required.
 * Field notes: https://hire.lever.co/developer/documentation
 */

/** Milliseconds since 1970, or bytes; some printed samples quote them. */
const whole = z.union([
  z.number(),
  z
    .string()
    .max(15, { abort: true })
    .regex(/^\d{1,15}$/)
    .transform(Number),
]);
/** Of a list within one thing, and of a page: Lever's own pages have 100. A longer one is refused before it is read. */
const most = 5_000;
const texts = z
  .array(z.string())
  .max(most)
  .nullish()
  .transform((values) => values ?? []);

/** Ids are UUIDs except those of built-in stages (`offer`), so no id is ever checked for being one. */
const id = z.string().min(1);
/** An id, or with `expand` the thing itself. */
const reference = z.union([id, z.object({ id }).transform((thing) => thing.id)]);

export const leverApplication = z.object({
  id,
  posting: reference.nullish(),
  archived: z.object({ archivedAt: whole.nullish() }).nullish(),
});
export type LeverApplication = z.output<typeof leverApplication>;

export const leverOpportunity = z.object({
  id,
  name: z.string().nullish(),
  contact: reference.nullish(),
  stage: reference.nullish(),
  confidentiality: z.string().nullish(),
  emails: texts,
  phones: z
    .array(z.object({ value: z.string().nullish() }))
    .max(most)
    .nullish()
    .transform((phones) => phones ?? []),
  links: texts,
  archived: z.object({ reason: z.string().nullish(), archivedAt: whole.nullish() }).nullish(),
  tags: texts,
  stageChanges: z
    .array(z.object({ toStageId: z.string().nullish(), updatedAt: whole.nullish() }))
    .max(most)
    .nullish()
    .transform((changes) => changes ?? []),
  /** None or one; ids unless expanded. */
  applications: z
    .array(z.union([id, leverApplication]))
    .max(most)
    .nullish()
    .transform((applications) => applications ?? []),
  createdAt: whole.nullish(),
  updatedAt: whole.nullish(),
  lastAdvancedAt: whole.nullish(),
});
export type LeverOpportunity = z.output<typeof leverOpportunity>;

export const leverPosting = z.object({
  id,
  text: z.string().nullish(),
  state: z.string().nullish(),
  tags: texts,
  categories: z
    .looseObject({ team: z.string().nullish(), location: z.string().nullish() })
    .nullish()
    .transform((categories) => categories ?? {}),
});
export type LeverPosting = z.output<typeof leverPosting>;

export const leverStage = z.object({ id, text: z.string() });
export type LeverStage = z.output<typeof leverStage>;

export const leverUser = z.object({
  id,
  name: z.string().nullish(),
  email: z.string().nullish(),
  accessRole: z.string().nullish(),
  deactivatedAt: whole.nullish(),
});
export type LeverUser = z.output<typeof leverUser>;

export const leverArchiveReason = z.object({
  id,
  text: z.string(),
  status: z.string().nullish(),
  type: z.string().nullish(),
});
export type LeverArchiveReason = z.output<typeof leverArchiveReason>;

/** A note's text lies in its fields; a comment on a note adds one. */
export const leverNote = z
  .looseObject({
    id: id.nullish(),
    noteId: id.nullish(),
    fields: z
      .array(z.object({ value: z.unknown() }))
      .max(most)
      .nullish(),
    createdAt: whole.nullish(),
    deletedAt: whole.nullish(),
  })
  .transform((note, context) => {
    const noteId = note.id ?? note.noteId;
    if (!noteId) {
      context.addIssue({ code: 'custom', message: 'a note without an id' });
      return z.NEVER;
    }
    const values = (note.fields ?? []).map((field) => field.value);
    return {
      id: noteId,
      text: values.filter((value) => typeof value === 'string').join('\n'),
      createdAt: note.createdAt ?? null,
      deletedAt: note.deletedAt ?? null,
    };
  });
export type LeverNote = z.output<typeof leverNote>;

export const leverFile = z.object({
  id,
  name: z.string().nullish(),
  ext: z.string().nullish(),
  status: z.string().nullish(),
  size: whole.nullish(),
  uploadedAt: whole.nullish(),
});
export type LeverFile = z.output<typeof leverFile>;

export const leverWebhook = z.object({ id, event: z.string(), url: z.string() });
export type LeverWebhook = z.output<typeof leverWebhook>;

/** The signature token comes once, with the creation; the list never shows it. */
export const createdWebhook = leverWebhook
  .extend({ configuration: z.object({ signatureToken: z.string().min(1) }) })
  .transform(({ id: webhookId, event, url, configuration }) => ({
    id: webhookId,
    event,
    url,
    signatureToken: configuration.signatureToken,
  }));
export type CreatedWebhook = z.output<typeof createdWebhook>;

/** `{data: …}`, of which the thing is returned. The printed sample of the created webhook nests it twice. */
export const single = <T extends z.ZodType>(thing: T): z.ZodType<z.output<T>> =>
  z
    .union([
      z.object({ data: thing }),
      z.object({ data: z.object({ data: thing }) }).transform((outer) => outer.data),
    ])
    .transform((answer) => (answer as { data: z.output<T> }).data);

export interface Page<T> {
  data: T[];
  hasNext?: boolean | null | undefined;
  next?: string | null | undefined;
}

/** `{data: […], hasNext, next}`; `hasNext` is absent where a list has no pages, files are printed as a bare array. */
export const list = <T extends z.ZodType>(item: T): z.ZodType<Page<z.output<T>>> =>
  z.union([
    z.object({
      data: z.array(item).max(most),
      hasNext: z.boolean().nullish(),
      next: z.string().nullish(),
    }),
    z
      .array(item)
      .max(most)
      .transform((data) => ({ data, hasNext: false })),
  ]);

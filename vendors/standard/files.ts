import { z } from 'zod';
import { absent, address, label, text } from './fields';

/** A file of an order: named by its address, or, where it is small, with its content in the message itself. */

export const fileTypes = [
  'application/pdf',
  'image/png',
  'image/jpeg',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
] as const;

/** Of the decoded content. What is larger is named by its address. */
export const largestContentBytes = 512 * 1024;

const base64Length = Math.ceil(largestContentBytes / 3) * 4;

export const file = z
  .object({
    label: label
      .nullish()
      .transform(absent)
      .meta({ description: 'What it is, for people; the name where it is left out', example: 'Report' }),
    name: text(200).meta({ description: 'With its extension', example: 'report.pdf' }),
    contentType: z
      .enum(fileTypes, { message: `write one of ${fileTypes.join(', ')}` })
      .meta({ description: 'The content is checked against it', example: 'application/pdf' }),
    url: address.nullish().transform(absent).meta({
      description: 'Where the hub fetches it, once, without signature, redirect or log-in; up to 28 MiB',
      example: 'https://vendor.example/files/abc.pdf?token=…',
    }),
    content: z
      .base64({ message: 'write it in base64, with padding and without line breaks' })
      .min(4, { message: 'it is empty' })
      .max(base64Length, {
        message: `more than ${largestContentBytes / 1024} KiB are given by url, not as content`,
      })
      .nullish()
      .transform(absent)
      .meta({
        description: 'The file itself in base64, up to 512 KiB before encoding',
        example: 'JVBERi0x…',
      }),
    sha256: z
      .string()
      .max(64, { message: 'write 64 hex digits', abort: true })
      .regex(/^[0-9a-f]{64}$/i, { message: 'write 64 hex digits' })
      .nullish()
      .transform(absent)
      .meta({ description: 'Of the content, in hex; content that does not match is refused' }),
  })
  .refine(({ url, content }) => (url === null) !== (content === null), {
    message: 'give either url or content',
    path: ['url'],
  })
  .meta({ description: 'A file for the opportunity: either `url` or `content`' });
export type OrderFile = z.output<typeof file>;

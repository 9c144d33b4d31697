import { pdf } from './download';
import type { FileType } from './download';

/** The files that the hub takes from outside. Both what they are called and how they begin is checked. */
const known: readonly FileType[] = [
  pdf,
  { contentType: 'image/png', magic: Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]) },
  { contentType: 'image/jpeg', magic: Buffer.from([0xff, 0xd8, 0xff]) },
  {
    contentType: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    // A zip archive.
    magic: Buffer.from([0x50, 0x4b, 0x03, 0x04]),
  },
];

/** Null for a type that the hub does not take. */
export const fileTypeOf = (contentType: string): FileType | null =>
  known.find((type) => type.contentType === contentType) ?? null;

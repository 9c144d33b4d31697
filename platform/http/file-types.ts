/**
 * The files that the hub takes from outside. What a file is called by who serves it says little: stores answer
 * `binary/octet-stream` for everything that was put into them without a type, and sign-in pages come as whatever was asked
 * for. Its content says what it is.
 */
export interface FileType {
  contentType: string;
  /** The bytes that every such file begins with. */
  magic: Buffer;
  /** Programs read it all the same where blanks or a byte order mark stand before them. */
  mayFollowBlanks?: true;
}

export const pdf: FileType = {
  contentType: 'application/pdf',
  magic: Buffer.from('%PDF-'),
  mayFollowBlanks: true,
};

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

/** Tab, line feed, carriage return, space, and the three bytes of UTF-8's byte order mark. */
const blanks = new Set([0x09, 0x0a, 0x0d, 0x20, 0xef, 0xbb, 0xbf]);
/** Where programs stop looking for the beginning of a PDF. */
const mostBlanks = 1_024;

/** Whether content that begins so is of this type; null while more of it has to be seen. */
export function isOfType({ magic, mayFollowBlanks }: FileType, head: Buffer): boolean | null {
  const first = mayFollowBlanks === true ? head.findIndex((byte) => !blanks.has(byte)) : 0;
  const start = first === -1 ? head.length : first;
  if (start > mostBlanks) return false;
  const begin = head.subarray(start, start + magic.length);
  if (!begin.equals(magic.subarray(0, begin.length))) return false;
  return begin.length === magic.length ? true : null;
}

import type { Response } from 'express';
import type { StoredFile } from '../model';

/** Types a browser may show in place. Anything that could carry a script is a download. */
const PREVIEW = ['.pdf', '.png', '.jpg', '.txt'];

export const canPreview = (file: StoredFile): boolean => PREVIEW.includes(file.ext);

/** Shows the file in the browser where that is safe, else offers it as a download. */
export function sendFile(res: Response, file: StoredFile): void {
  // `attachment` knows how to write any name into the header; only its first word differs for a preview.
  res.attachment(file.name);
  const disposition = String(res.get('Content-Disposition'));
  if (canPreview(file)) res.set('Content-Disposition', disposition.replace(/^attachment/, 'inline'));
  res
    .set('X-Content-Type-Options', 'nosniff')
    .type(file.ext || 'bin')
    .send(file.content);
}

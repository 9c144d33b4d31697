import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Response, Router } from 'express';
import express from 'express';
import { pdf } from '../kit/pdf';
import type { Session, UpwageState } from './state';

/** The documents of the conversations, and what can be behind their addresses instead. */

const mebibyte = 1024 * 1024;
const sizes = { large: 28 * mebibyte, 'too-large': 28 * mebibyte + 1 } as const;

function documentOf({ candidate, outcome, answers }: Session): Buffer {
  const lines = answers.map(({ question, answer, verdict }) => `${question} ${answer} (${verdict})`);
  return pdf(`${candidate.firstName} ${candidate.lastName}: ${outcome ?? 'open'}`, lines);
}

/** A document of exactly this many bytes, in pieces: nobody has to hold it as a whole. */
function* padded(session: Session, size: number): Generator<Buffer> {
  const document = documentOf(session);
  yield document;
  const filling = Buffer.alloc(mebibyte, '%');
  for (let left = size - document.length; left > 0; left -= filling.length) {
    yield left < filling.length ? filling.subarray(0, left) : filling;
  }
}

/** Hex, as the event announces it. */
export function digestOf(session: Session): string {
  const digest = createHash('sha256');
  if (session.document === 'wrong-hash') return digest.update('another document').digest('hex');
  if (session.document !== 'large' && session.document !== 'too-large')
    return digest.update(documentOf(session)).digest('hex');
  for (const piece of padded(session, sizes[session.document])) digest.update(piece);
  return digest.digest('hex');
}

export function documentRoutes(state: UpwageState): Router {
  const router = express.Router();
  router.get('/files/:link.pdf', (request, response) => {
    const session = state.find(({ link }) => link === request.params.link);
    if (session === undefined) response.sendStatus(404);
    else answer(session, response);
  });
  return router;
}

function answer(session: Session, response: Response): void {
  const asPdf = (): Response => response.type('application/pdf');
  switch (session.document) {
    case 'pdf':
    case 'wrong-hash':
      asPdf().send(documentOf(session));
      return;
    case 'stored':
      response.type('binary/octet-stream').send(documentOf(session));
      return;
    case 'untyped':
      response.end(documentOf(session));
      return;
    case 'large':
    case 'too-large':
      Readable.from(padded(session, sizes[session.document])).pipe(asPdf());
      return;
    case 'endless':
      Readable.from(padded(session, Number.MAX_SAFE_INTEGER)).pipe(asPdf());
      return;
    case 'redirect':
      response.redirect(302, '/elsewhere.pdf');
      return;
    case 'page':
      asPdf().send('<!doctype html><title>Sign in</title>');
      return;
    case 'gone':
    case 'private':
    case 'none':
      response.sendStatus(410);
  }
}

import type { Router } from 'express';
import express from 'express';
import type { Question } from '../kit/candidate';
import { candidatePages } from '../kit/candidate';
import { html } from '../kit/html';
import { mailboxPages } from '../kit/mailbox';
import { pageFrame, pageOf, table } from '../kit/page';
import { pdf } from '../kit/pdf';
import type { StandardParts } from './admin';
import { goodResult, withReport } from './admin';
import type { Placed } from './example-vendor';
import { isOpen } from './example-vendor';

const page = pageOf('Example vendor');

const questions: readonly Question[] = [
  { id: 'q1', text: 'I like to talk to customers.', choices: ['Not at all', 'Partly', 'Fully'] },
  { id: 'q2', text: 'What makes a good seller?' },
];

const closedWords: Record<string, string> = {
  completed: 'This assessment has already been completed, so its link is no longer valid.',
  declined: 'You have declined this assessment, so its link is no longer valid.',
};
const otherwise = 'This assessment is over, so its link is no longer valid.';

/** The pages a person sees: mailbox and assessment of the candidate, the report of the recruiter. */
export function standardPages(
  parts: Pick<StandardParts, 'vendor' | 'mailbox' | 'reportOf' | 'fileOf'>,
): Router {
  const { vendor, mailbox, reportOf, fileOf } = parts;
  const router = express.Router();
  /** The candidate pages have looked it up already. */
  const known = (id: string): Placed => vendor.orders.get(id) as Placed;
  const change = (id: string, ...what: [Parameters<typeof vendor.change>[1]]): void => {
    vendor.change(known(id), ...what);
    void vendor.tell(known(id));
  };

  router.use(pageFrame());
  router.get('/', (_request, response) => {
    const rows = [...vendor.orders.values()]
      .toReversed()
      .map(({ told, candidate }) => [
        html`${candidate.name}<br />${candidate.email}`,
        told.status,
        html`<a href="/take/${told.order}">Assessment</a>, <a href="/report/${told.order}">report</a>`,
      ]);
    const body = html`<p><a href="/mailbox">Mailbox of the candidates</a></p>
      ${table(['Candidate', 'Status', 'Links'], rows, 'No orders yet.')}`;
    response.send(page('Orders', body));
  });
  router.use(mailboxPages(mailbox, page));
  router.use(
    candidatePages(
      '/take',
      {
        find: (id) => {
          const placed = vendor.orders.get(id);
          return (
            placed && {
              title: 'Sales basics',
              name: placed.candidate.name,
              questions,
              closed: isOpen(placed) ? null : (closedWords[placed.told.status] ?? otherwise),
            }
          );
        },
        start: (id) => change(id, { status: 'in_progress' }),
        submit: (id) => change(id, { ...goodResult(reportOf(id)), ...withReport(fileOf(id)) }),
        decline: (id) => change(id, { status: 'declined', message: 'declined on the first page' }),
      },
      page,
    ),
  );
  router.get('/files/:name', (request, response, next) => {
    const placed = vendor.orders.get(request.params.name.replace(/\.pdf$/, ''));
    if (placed === undefined) {
      next();
      return;
    }
    response.type('application/pdf').send(pdf('Assessment report', [placed.candidate.name]));
  });
  router.get('/report/:id', (request, response, next) => {
    const placed = vendor.orders.get(request.params.id);
    if (placed === undefined) {
      next();
      return;
    }
    const score = placed.told['score'] as { value: number; max: number; band: string } | undefined;
    const body =
      score === undefined
        ? html`<p>This candidate has not completed the assessment yet.</p>`
        : html`<p class="verdict">${score.value} of ${score.max}: ${score.band}</p>`;
    response.send(page(placed.candidate.name, body));
  });
  return router;
}

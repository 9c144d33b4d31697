import type { Router } from 'express';
import express from 'express';
import type { CandidateRun } from '../../../../simulators/kit/candidate';
import { candidatePages } from '../../../../simulators/kit/candidate';
import { html } from '../../../../simulators/kit/html';
import { mailboxPages } from '../../../../simulators/kit/mailbox';
import { pageFrame, pageOf, table } from '../../../../simulators/kit/page';
import type { AcmeEngine, Invitation } from './engine';

const page = pageOf('Acme Tests');

const questions = [
  { id: 'q1', text: 'I like to plan my work.', choices: ['Not at all', 'Partly', 'Fully'] },
  { id: 'q2', text: 'What matters to you in a team?' },
] as const;

/** The pages a person sees: all invitations, the mailbox, the assessment, the report. */
export function acmePages(engine: AcmeEngine): Router {
  const router = express.Router();
  const bySecret = (given: string): Invitation | undefined =>
    engine.invitations(({ secret }) => secret === given)[0];
  const become = (secret: string, status: 'started' | 'completed' | 'declined'): void => {
    // The candidate pages have looked it up already.
    const invitation = bySecret(secret) as Invitation;
    if (invitation.status === status) return;
    engine.become(invitation, status);
    void engine.notify(invitation);
  };

  router.use(pageFrame());
  router.get('/', (_request, response) => {
    const rows = engine
      .invitations()
      .map((one) => [one.id, one.candidate.name, one.assessmentId, engine.statusOf(one)]);
    const list = table(['Invitation', 'Candidate', 'Assessment', 'Status'], rows, 'Nobody was invited yet.');
    response.send(
      page(
        'All invitations',
        html`${list}
          <p><a href="/mailbox">Mailbox</a></p>`,
      ),
    );
  });
  router.use(mailboxPages(engine.mailbox, page));
  const desk = {
    find: (secret: string) => runOf(engine, bySecret(secret)),
    start: (secret: string) => become(secret, 'started'),
    submit: (secret: string) => become(secret, 'completed'),
    decline: (secret: string) => become(secret, 'declined'),
  };
  router.use(candidatePages('/take', desk, page));
  router.get('/report/:secret', (request, response, next) => {
    const invitation = bySecret(request.params.secret);
    if (invitation === undefined || invitation.score === null) next();
    else response.send(page('Report', html`<p>Score: ${invitation.score} of 100</p>`));
  });
  return router;
}

function runOf(engine: AcmeEngine, invitation: Invitation | undefined): CandidateRun | undefined {
  if (invitation === undefined) return undefined;
  const closed = engine.isOpen(invitation) ? null : `This invitation is ${invitation.status}.`;
  return { title: 'Your assessment', name: invitation.candidate.name, questions, closed };
}

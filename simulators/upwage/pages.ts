import type { Router } from 'express';
import express from 'express';
import { candidatePages } from '../kit/candidate';
import { html } from '../kit/html';
import { mailboxPages } from '../kit/mailbox';
import { pageFrame, pageOf, readable, table } from '../kit/page';
import type { UpwageEngine } from './engine';
import type { Answer, Session } from './state';

const page = pageOf('Upwage');

/** The candidate's conversation with a screener, and what the recruiter's company sees of it. */
export function upwagePages(engine: UpwageEngine): Router {
  const router = express.Router();
  router.use(pageFrame());
  const byLink = (token: string): Session | undefined => engine.state.find(({ link }) => link === token);
  const asked = (session: Session) => engine.screener(session.screenerId);
  router.use(
    candidatePages(
      '/chat',
      {
        find: (token) => {
          const session = byLink(token);
          if (session === undefined) return undefined;
          return {
            title: asked(session).name,
            name: session.candidate.firstName,
            questions: asked(session).questions,
            closed: session.status === 'finished' ? 'This conversation is over.' : null,
          };
        },
        start: (token) => engine.start(byLink(token) as Session),
        submit: (token, answers) => {
          const session = byLink(token) as Session;
          engine.finish(session, judged(asked(session).questions, answers));
          void engine.notify(session);
        },
        decline: (token) => {
          const session = byLink(token) as Session;
          engine.finish(session, { outcome: 'INCOMPLETE', answers: [] });
          void engine.notify(session);
        },
      },
      page,
    ),
  );
  router.get('/', (_request, response) => void response.send(page('Screenings', overview(engine))));
  router.use(mailboxPages(engine.mailbox, page));
  return router;
}

/** Whoever says no to a question of choice is screened out. */
function judged(
  questions: readonly { id: string; text: string; choices?: readonly string[] }[],
  given: Record<string, string>,
): { outcome: 'PASSED' | 'FAILED'; answers: Answer[] } {
  const answers = questions.map(({ id, text, choices }): Answer => {
    const answer = given[id] ?? '';
    const verdict = choices === undefined ? 'INFO' : answer === choices[0] ? 'PASS' : 'FAIL';
    return { question: text, answer, verdict };
  });
  return { outcome: answers.some(({ verdict }) => verdict === 'FAIL') ? 'FAILED' : 'PASSED', answers };
}

function overview(engine: UpwageEngine) {
  const screeners = engine.state.screeners.map(({ id, name, leverJobId }) => [name, id, leverJobId]);
  const sessions = engine.state
    .sessions()
    .map((session) => [
      `${session.candidate.firstName} ${session.candidate.lastName}`,
      engine.screener(session.screenerId).name,
      session.outcome ?? session.status,
      session.finishedAt === null ? '' : readable(session.finishedAt.toISOString()),
      html`<a href="/files/${session.link}.pdf">Document</a>`,
    ]);
  return html`<nav aria-label="Account">
      <a href="/screeners/new">New SuperScreener</a> · <a href="/integrations">Integrations</a> ·
      <a href="/mailbox">Mailbox</a>
    </nav>
    <h2>Screeners</h2>
    ${table(['Name', 'Id', 'Lever Job ID'], screeners, 'No screener has been made yet.')}
    <h2>Conversations</h2>
    ${table(['Candidate', 'Screener', 'Outcome', 'Finished', ''], sessions, 'Nobody has been screened yet.')}`;
}

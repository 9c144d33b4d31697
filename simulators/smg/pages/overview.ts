import { html } from '../../kit/html';
import { table } from '../../kit/page';
import type { ApplicationView } from '../admin';
import { page } from './layout';

/** The vendor's own overview, for whoever watches a demonstration. */
export const overviewPage = (applications: readonly ApplicationView[]): string =>
  page(
    'Applications',
    html`
      <p><a href="/mailbox">Mailbox of the candidates</a>, <a href="/report-settings">report settings</a></p>
      ${table(
        ['Id', 'Candidate', 'Position', 'Status', 'Links'],
        applications
          .toReversed()
          .map((application) => [
            application.applicationId,
            html`${application.fullName}<br />${application.email}`,
            application.position,
            application.status.replace('_', ' '),
            html`<a href="${application.appLink}">Questionnaire</a>,
              <a href="${application.repLink}">report</a>`,
          ]),
        'No applications yet.',
      )}
    `,
  );

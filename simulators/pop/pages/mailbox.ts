import type { ApplicationView } from '../admin';
import type { Message } from '../state';
import { html } from './html';
import { page } from './layout';

export function mailboxPage(messages: readonly Message[]): string {
  return page(
    'Mailbox',
    html`
      <p>Every message the simulated vendor sent to candidates, newest first.</p>
      ${
        messages.length === 0
          ? html`<p>No messages yet.</p>`
          : html`<div class="wide">
              <table>
                <thead>
                  <tr>
                    <th scope="col">To</th>
                    <th scope="col">Subject</th>
                    <th scope="col">Sent</th>
                  </tr>
                </thead>
                <tbody>
                  ${messages.toReversed().map(
                    (message) =>
                      html`<tr>
                        <td>${message.to}${message.channel === 'sms' && ' (text message)'}</td>
                        <td><a href="/mailbox/${message.id}">${message.subject}</a></td>
                        <td><time datetime="${message.sentAt}">${readable(message.sentAt)}</time></td>
                      </tr>`,
                  )}
                </tbody>
              </table>
            </div>`
      }
      <p><a href="/">All applications</a></p>
    `,
  );
}

export function messagePage(message: Message): string {
  return page(
    message.subject,
    html`
      <p>
        To: ${message.to}<br />Sent: <time datetime="${message.sentAt}">${readable(message.sentAt)}</time>
      </p>
      <p>${message.text}</p>
      <p><a href="${message.link}">Open your assessment</a></p>
      <p><a href="/mailbox">Back to the mailbox</a></p>
    `,
  );
}

/** The vendor's own overview, for whoever watches a demonstration. */
export function overviewPage(applications: readonly ApplicationView[]): string {
  return page(
    'Applications',
    html`
      <p><a href="/mailbox">Mailbox of the candidates</a></p>
      ${
        applications.length === 0
          ? html`<p>No applications yet.</p>`
          : html`<div class="wide">
              <table>
                <thead>
                  <tr>
                    <th scope="col">Id</th>
                    <th scope="col">Candidate</th>
                    <th scope="col">Position</th>
                    <th scope="col">Status</th>
                    <th scope="col">Links</th>
                  </tr>
                </thead>
                <tbody>
                  ${applications.toReversed().map(
                    (application) =>
                      html`<tr>
                        <td>${application.applicationId}</td>
                        <td>${application.fullName}<br />${application.email}</td>
                        <td>${application.position}</td>
                        <td>${application.status.replace('_', ' ')}</td>
                        <td>
                          <a href="${application.appLink}">Questionnaire</a>,
                          <a href="${application.repLink}">report</a>
                        </td>
                      </tr>`,
                  )}
                </tbody>
              </table>
            </div>`
      }
    `,
  );
}

function readable(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}

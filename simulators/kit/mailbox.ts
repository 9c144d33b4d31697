import type { Router } from 'express';
import express from 'express';
import { html } from './html';
import type { Page } from './page';
import { readable, table } from './page';

/** An invitation as it lies in the candidate's mailbox. */
export interface Message {
  id: string;
  channel: 'email' | 'sms';
  to: string;
  subject: string;
  text: string;
  link: string;
  /** The vendor's id of the run it invites to. */
  applicationId: string;
  sentAt: string;
}

/** Every message that the simulated vendor sent to candidates. */
export class Mailbox {
  readonly #messages: Message[] = [];

  post(message: Omit<Message, 'id' | 'sentAt' | 'channel'> & { channel?: Message['channel'] }): void {
    this.#messages.push({
      channel: 'email',
      ...message,
      id: String(this.#messages.length + 1),
      sentAt: new Date().toISOString(),
    });
  }

  list({ to }: { to?: string | undefined } = {}): Message[] {
    return this.#messages
      .filter((message) => to === undefined || message.to.toLowerCase() === to.toLowerCase())
      .map((message) => ({ ...message }));
  }

  clear(): void {
    this.#messages.length = 0;
  }
}

/** `/mailbox` and `/mailbox/:id`. */
export function mailboxPages(mailbox: Mailbox, page: Page): Router {
  const router = express.Router();
  router.get('/mailbox', (_request, response) => {
    const rows = mailbox
      .list()
      .toReversed()
      .map((message) => [
        html`${message.to}${message.channel === 'sms' && ' (text message)'}`,
        html`<a href="/mailbox/${message.id}">${message.subject}</a>`,
        html`<time datetime="${message.sentAt}">${readable(message.sentAt)}</time>`,
      ]);
    const body = html`
      <p>Every message the simulated vendor sent to candidates, newest first.</p>
      ${table(['To', 'Subject', 'Sent'], rows, 'No messages yet.')}
      <p><a href="/">All applications</a></p>
    `;
    response.send(page('Mailbox', body));
  });
  router.get('/mailbox/:id', (request, response, next) => {
    const message = mailbox.list().find(({ id }) => id === request.params.id);
    if (message === undefined) {
      next();
      return;
    }
    const sent = html`<time datetime="${message.sentAt}">${readable(message.sentAt)}</time>`;
    const body = html`
      <p>To: ${message.to}<br />Sent: ${sent}</p>
      <p>${message.text}</p>
      <p><a href="${message.link}">Open your assessment</a></p>
      <p><a href="/mailbox">Back to the mailbox</a></p>
    `;
    response.send(page(message.subject, body));
  });
  return router;
}

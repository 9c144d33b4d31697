import { type Connection, findStage } from '../../domain/connection';
import { connectionReasonText } from '../../domain/connection-reasons';
import type { AnyVendor } from '../../vendors/define';
import type { Outcome } from './consent';
import { type MessagePage, messagePage } from './pages/message-page';
import { successPage } from './pages/success-page';

/** How each outcome of a customer's way to Lever is told. */

export interface Told {
  status: number;
  html: string;
}

export interface OutcomeContext {
  base: string;
  vendor: (id: string) => AnyVendor;
  /** For a link that can be used again at once. */
  ticketOf: (linkId: string) => string;
}

const noLink = 'Ask whoever sent you the link for a new one.';
const nothingStored = 'Nothing was stored.';

export function tell(outcome: Outcome, context: OutcomeContext): Told {
  const { base } = context;
  const say = (status: number, page: Omit<MessagePage, 'base'>): Told => ({
    status,
    html: messagePage({ base, ...page }),
  });
  const retry = (label = 'Try again') =>
    'link' in outcome ? { again: { ticket: context.ticketOf(outcome.link.id), label } } : {};
  const label = 'link' in outcome ? context.vendor(outcome.link.vendor).label : '';

  switch (outcome.result) {
    case 'connected':
      return { status: 200, html: connected(outcome.connection, context) };
    case 'denied':
      return say(200, {
        title: 'You did not grant the access',
        paragraphs: [
          `${nothingStored} ${label} has no access to your Lever account.`,
          'If you change your mind, you can use the same link again.',
        ],
        ...retry('Continue to Lever'),
      });
    case 'missing':
      return say(409, {
        title: 'A permission is missing',
        paragraphs: [
          `Lever did not grant everything that ${label} needs. ${nothingStored}`,
          'Try again and accept the whole list. If the list at Lever does not show the permissions below, the vendor’s app lacks them: tell whoever sent you the link.',
        ],
        permissions: outcome.permissions,
        ...retry(),
      });
    case 'codeRefused':
      return say(409, {
        title: 'Lever’s answer could not be used',
        paragraphs: [
          `It may have been too old, or have been used before. ${nothingStored} Your link still works.`,
        ],
        ...retry(),
      });
    case 'again':
      return say(409, {
        title: 'Lever’s answer was already used',
        paragraphs: [
          'Each answer from Lever counts once. Press Continue to see whether the connection was made; if it was not, you go to Lever again.',
        ],
        ...retry('Continue'),
      });
    case 'tooOften':
      return say(429, {
        title: 'This link was tried too often',
        paragraphs: [
          `${nothingStored} Wait an hour and open the link you were sent again. If it does not work then, tell whoever sent it to you.`,
        ],
      });
    case 'leverAway':
      return say(503, {
        title: 'Lever does not answer at the moment',
        paragraphs: [`${nothingStored} Your link still works: wait a few minutes and try again.`],
        ...retry(),
      });
    case 'appRefused':
      return say(502, {
        title: 'Lever does not know the vendor’s app',
        paragraphs: [
          `${nothingStored} You cannot fix this yourself: tell whoever sent you the link that Lever refuses the client id or secret of ${label}. Your link still works after that.`,
        ],
      });
    case 'twin':
      return say(409, {
        title: 'Your Lever account is already connected',
        paragraphs: [
          `There is already a connection between this Lever account and ${label}. A second one would invite every candidate twice, so nothing was stored.`,
          'To replace that connection, ask whoever sent you the link to end it first, or to send you a link that renews it.',
        ],
      });
    case 'otherAccount':
      return say(409, {
        title: 'This is a different Lever account',
        paragraphs: [
          `The access you granted belongs to a different Lever account from the one that the connection of ${outcome.link.customer} uses. ${nothingStored}`,
          `Sign out of Lever, sign in as a Super Admin of the right account, and try again. If the company moved to a new Lever account, it needs a new connection: tell whoever sent you the link.`,
        ],
        ...retry(),
      });
    case 'expired':
      return say(410, expiredPage);
    case 'gone':
      return say(410, unknownPage);
    case 'late':
      return say(410, {
        title: 'This took longer than 30 minutes',
        paragraphs: [`${nothingStored} Open the link you were sent once more and continue from there.`],
      });
    case 'otherBrowser':
      return say(403, {
        title: 'This was not started in this browser',
        paragraphs: [
          `${nothingStored} You have to come back from Lever in the same browser, with cookies allowed.`,
          'Open the link you were sent in this browser and continue from there. If you did not mean to connect anything, close this page.',
        ],
      });
    case 'foreign':
      return say(400, {
        title: 'This address is not complete',
        paragraphs: [
          `It did not come from Lever as an answer to one of our pages. ${nothingStored} Open the link you were sent and continue from there.`,
        ],
      });
  }
}

export const unknownPage = {
  title: 'This link is not known',
  paragraphs: [
    `It may have been withdrawn, or not been copied completely: check that nothing is missing at its end. ${noLink}`,
  ],
};

export const expiredPage = {
  title: 'This link has expired',
  paragraphs: [`Links work for 7 days. Nothing was connected with this one. ${noLink}`],
};

export const usedPage = (customer: string, label: string) => ({
  title: 'This link has been used',
  paragraphs: [
    `${customer} and ${label} were connected with it. If that was you, there is nothing more to do here.`,
    `To grant access again, ask whoever sent you the link for a new one.`,
  ],
});

function connected(connection: Connection, { base, vendor }: OutcomeContext): string {
  const { label, settings } = vendor(connection.vendor);
  const parsed = settings.safeParse(connection.settings);
  const named = parsed.success ? parsed.data.triggerStages : [];
  return successPage({
    base,
    vendorLabel: label,
    customer: connection.customer,
    status: connection.status,
    statusReason: connection.statusReason && connectionReasonText(connection.statusReason),
    triggerStages: named.flatMap((idOrName) => findStage(connection.stages, idOrName)?.text ?? []),
    isStageNamed: named.length > 0,
    heard: connection.firstHeardAt !== null,
    webhookProblem: connection.webhookProblem,
  });
}

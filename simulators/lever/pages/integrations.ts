import { EVENTS, type LeverEvent, type Webhook } from '../model';
import type { LeverState } from '../state';
import type { Delivery } from '../webhooks/dispatcher';
import { buttonForm, inputField, none, plainList, section, selectField, table } from './form';
import { type Html, html, when } from './html';
import { layout } from './layout';
import { isSuperAdmin } from './viewer';
import type { Visit } from './visit';

const SHOWN_DELIVERIES = 100;
const BASE = '/settings/integrations';

/**
 * Settings > Integrations and API: event groups with their switch, webhooks with a test, past deliveries with Rerun.
 * Roles other than Super Admin see it and can change nothing.
 */
export function integrationsPage(visit: Visit, deliveries: Delivery[]): Html {
  const mayChange = isSuperAdmin(visit.viewer);
  const events = EVENTS.map((event) => eventRow(visit.state, event, mayChange));
  return layout(
    visit,
    { title: 'Integrations and API', current: '/settings/integrations' },
    html`<p class="soft">Plan: ${visit.state.behaviour.plan}</p>
      ${mayChange ? '' : html`<p role="note">Only a Super Admin can change these settings.</p>`}
      ${section(
        'Webhooks',
        html`<p class="soft">
            Nothing is sent for an event before its switch is on, also not to webhooks made by an app.
          </p>
          ${table(['Event', 'Switch', 'Webhooks'], events)}`,
      )}
      ${mayChange ? newWebhook() : ''} ${pastDeliveries(deliveries, mayChange)}`,
  );
}

function eventRow(state: LeverState, event: LeverEvent, mayChange: boolean): Html {
  const on = state.enabledEvents.has(event);
  const webhooks = [...state.webhooks.values()].filter((webhook) => webhook.event === event);
  return html`<tr>
    <th scope="row">${event}</th>
    <td>
      <span class="${on ? 'on' : 'off'}">${on ? 'On' : 'Off'}</span>
      ${mayChange ? switchForm(event, on) : ''}
    </td>
    <td>${webhooks.length === 0 ? '' : plainList(webhooks.map((one) => webhookEntry(one, mayChange)))}</td>
  </tr>`;
}

function switchForm(event: LeverEvent, on: boolean): Html {
  const next = on ? 'off' : 'on';
  return html`<form method="post" action="${BASE}/events/${event}" class="row">
    <input type="hidden" name="enabled" value="${on ? 'false' : 'true'}" />
    <button class="quiet" aria-label="Switch ${event} ${next}">Switch ${next}</button>
  </form>`;
}

function webhookEntry(webhook: Webhook, mayChange: boolean): Html {
  const byHand = webhook.madeBy === 'settings';
  const token =
    byHand && mayChange ? html`, signature token <code>${webhook.signatureToken ?? 'none'}</code>` : '';
  const origins = webhook.origins === null ? '' : html`<br />origins: ${webhook.origins.join(', ')}`;
  const address = `${BASE}/webhooks/${webhook.id}`;
  return html`${webhook.url}
    <div class="soft">made by ${byHand ? 'hand' : 'an app'}${token}${origins}</div>
    ${mayChange ? buttonForm(`${address}/ping`, 'Send test', `Send a test to ${webhook.url}`) : ''}
    ${mayChange && byHand ? buttonForm(`${address}/delete`, 'Delete', `Delete ${webhook.url}`, 'danger') : ''}`;
}

const newWebhook = (): Html =>
  section(
    'Add a webhook',
    html`<form method="post" action="${BASE}/webhooks" class="row">
      ${selectField({
        id: 'event',
        label: 'Event',
        options: EVENTS.map((event) => ({ value: event, text: event })),
      })}
      ${inputField({ id: 'url', label: 'Address', type: 'url' })}
      ${selectField({
        id: 'signed',
        label: 'Signature',
        options: [
          { value: 'true', text: 'with a signature token' },
          { value: 'false', text: 'without' },
        ],
      })}
      <button>Add</button>
    </form>`,
  );

function pastDeliveries(deliveries: Delivery[], mayChange: boolean): Html {
  const shown = deliveries.slice(-SHOWN_DELIVERIES).reverse();
  const rows = shown.map((delivery) => deliveryRow(delivery, mayChange));
  return section(
    'Past deliveries',
    rows.length === 0 ? none : table(['Time', 'Event', 'Answers', 'Again'], rows),
  );
}

function deliveryRow(delivery: Delivery, mayChange: boolean): Html {
  const again = `${BASE}/deliveries/${delivery.id}/rerun`;
  return html`<tr>
    <td>${when(delivery.createdAt)}</td>
    <td>
      ${delivery.event}
      <div class="soft">${delivery.url}</div>
      <details>
        <summary>Body</summary>
        <pre>${delivery.body}</pre>
      </details>
    </td>
    <td>${delivery.state}<br />${delivery.attempts.map(attemptLine)}</td>
    <td>${mayChange ? buttonForm(again, 'Rerun', `Rerun ${delivery.event}`) : ''}</td>
  </tr>`;
}

const attemptLine = (attempt: Delivery['attempts'][number]): Html =>
  html`<span class="soft">${attempt.status ?? attempt.error}, ${Math.round(attempt.durationMs)} ms</span
    ><br />`;

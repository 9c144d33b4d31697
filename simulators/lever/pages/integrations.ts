import { EVENTS, type LeverEvent } from '../model';
import type { LeverState } from '../state';
import type { Delivery } from '../webhooks/dispatcher';
import { html, type Html, when } from './html';
import { layout } from './layout';

const SHOWN_DELIVERIES = 100;

/** Settings > Integrations and API: event groups with their switch, webhooks, past deliveries with Rerun. */
export function integrationsPage(state: LeverState, deliveries: Delivery[]): Html {
  return layout(
    { title: 'Integrations and API', current: '/settings/integrations', userName: state.superAdmin()?.name },
    html`<section aria-labelledby="webhooks">
        <h2 id="webhooks">Webhooks</h2>
        <p class="soft">
          Nothing is sent for an event before its switch is on, also not to webhooks made by an app.
        </p>
        <div class="scroll">
          <table>
            <thead>
              <tr>
                <th scope="col">Event</th>
                <th scope="col">Switch</th>
                <th scope="col">Webhooks</th>
              </tr>
            </thead>
            <tbody>
              ${EVENTS.map((event) => eventRow(state, event))}
            </tbody>
          </table>
        </div>
      </section>
      ${newWebhook()} ${pastDeliveries(deliveries)}`,
  );
}

function eventRow(state: LeverState, event: LeverEvent): Html {
  const on = state.enabledEvents.has(event);
  const webhooks = [...state.webhooks.values()].filter((webhook) => webhook.event === event);
  return html`<tr>
    <th scope="row">${event}</th>
    <td>
      <form method="post" action="/settings/integrations/events/${event}" class="row">
        <input type="hidden" name="enabled" value="${on ? 'false' : 'true'}" />
        <span class="${on ? 'on' : 'off'}">${on ? 'On' : 'Off'}</span>
        <button class="quiet" aria-label="Switch ${event} ${on ? 'off' : 'on'}">
          Switch ${on ? 'off' : 'on'}
        </button>
      </form>
    </td>
    <td>
      <ul class="plain">
        ${webhooks.map(
          (webhook) =>
            html`<li>
              ${webhook.url}
              <div class="soft">
                made by
                ${webhook.madeBy === 'api' ? 'an app' : 'hand'}${
                  webhook.madeBy === 'settings'
                    ? html`, signature token <code>${webhook.signatureToken}</code>`
                    : ''
                }
              </div>
              <form method="post" action="/settings/integrations/webhooks/${webhook.id}/ping" class="row">
                <button class="quiet" aria-label="Send a test to ${webhook.url}">Send test</button>
              </form>
              ${
                webhook.madeBy === 'settings'
                  ? html`<form
                      method="post"
                      action="/settings/integrations/webhooks/${webhook.id}/delete"
                      class="row"
                    >
                      <button class="danger" aria-label="Delete ${webhook.url}">Delete</button>
                    </form>`
                  : ''
              }
            </li>`,
        )}
      </ul>
    </td>
  </tr>`;
}

function newWebhook(): Html {
  return html`<section aria-labelledby="new">
    <h2 id="new">Add a webhook</h2>
    <form method="post" action="/settings/integrations/webhooks" class="row">
      <div>
        <label for="event">Event</label>
        <select id="event" name="event">
          ${EVENTS.map((event) => html`<option>${event}</option>`)}
        </select>
      </div>
      <div><label for="url">Address</label><input id="url" name="url" type="url" size="50" required /></div>
      <button>Add</button>
    </form>
  </section>`;
}

function pastDeliveries(deliveries: Delivery[]): Html {
  const rows = deliveries
    .slice(-SHOWN_DELIVERIES)
    .reverse()
    .map(
      (delivery) =>
        html`<tr>
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
          <td>
            <form method="post" action="/settings/integrations/deliveries/${delivery.id}/rerun">
              <button class="quiet" aria-label="Rerun ${delivery.event}">Rerun</button>
            </form>
          </td>
        </tr>`,
    );
  return html`<section aria-labelledby="deliveries">
    <h2 id="deliveries">Past deliveries</h2>
    ${
      rows.length === 0
        ? html`<p class="soft">None</p>`
        : html`<div class="scroll">
            <table>
              <thead>
                <tr>
                  <th scope="col">Time</th>
                  <th scope="col">Event</th>
                  <th scope="col">Answers</th>
                  <th scope="col">Again</th>
                </tr>
              </thead>
              <tbody>
                ${rows}
              </tbody>
            </table>
          </div>`
    }
  </section>`;
}

const attemptLine = (attempt: Delivery['attempts'][number]): Html =>
  html`<span class="soft">${attempt.status ?? attempt.error}, ${Math.round(attempt.durationMs)} ms</span
    ><br />`;

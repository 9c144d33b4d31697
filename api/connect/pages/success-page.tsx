import type { ConnectionStatus } from '../../../domain/connection-status';
import { renderPage } from './layout';

export interface SuccessPage {
  base: string;
  vendorLabel: string;
  customer: string;
  status: ConnectionStatus;
  /** Why it is not active. */
  statusReason: string | null;
  /** Names of the stages whose candidates are invited. */
  triggerStages: string[];
  /** Whether the settings name any; one that the account does not have stands in the reason. */
  isStageNamed: boolean;
  /** Lever has called already, so its switch must be on. */
  heard: boolean;
  /** Why the webhooks could not be registered. */
  webhookProblem: string | null;
}

/** What came of the consent, and what is still to be done. */
export function successPage(page: SuccessPage): string {
  const { base, vendorLabel, customer, status } = page;
  const word = status === 'active' ? 'active' : status === 'paused' ? 'made, but paused' : status;
  return renderPage(
    { title: `The connection between ${customer} and ${vendorLabel} is ${word}`, base },
    <>
      <p>
        {status === 'active' || status === 'paused'
          ? 'Lever has granted the access, and it is stored safely. You do not have to come back to this page.'
          : 'This link has been used, and its connection has since been ended. Ask for a new link if it is needed again.'}
      </p>
      {page.statusReason !== null && (
        <div class="warn">
          <p>
            <strong>Nobody is invited yet.</strong> Reason: {page.statusReason}.
          </p>
          <p>
            Tell {vendorLabel}, or whoever sent you the link. Your consent is kept; you will not be asked
            again.
          </p>
        </div>
      )}
      {(status === 'active' || status === 'paused') && <StillToDo {...page} />}
    </>,
  );
}

const StillToDo = ({ triggerStages, isStageNamed, heard, webhookProblem, vendorLabel }: SuccessPage) => (
  <>
    <h2>What is left to do</h2>
    <ol class="todo">
      {heard ? (
        <li>
          <span class="done">Done:</span> Lever has reported an event already, so its webhooks are switched
          on.
        </li>
      ) : (
        <li>
          <strong>Switch the webhooks on.</strong> In Lever a Super Admin opens{' '}
          <em>Settings &gt; Integrations and API &gt; Webhooks</em> and switches on the groups for candidate
          stage change, archive change, hired and deleted. Until then Lever reports nothing, and nobody is
          invited.
        </li>
      )}
      {webhookProblem !== null && (
        <li>
          <strong>The webhooks could not be registered</strong> ({webhookProblem}). Tell {vendorLabel}, or
          whoever sent you the link: it can be tried again without you.
        </li>
      )}
      {triggerStages.length > 0 && (
        <li>
          <span class="done">Set:</span> candidates are invited when they are moved into{' '}
          {triggerStages.map((name) => `“${name}”`).join(' or ')}.
        </li>
      )}
      {!isStageNamed && (
        <li>
          <strong>Choose a stage.</strong> No stage that starts an assessment is set yet. Tell {vendorLabel},
          or whoever sent you the link, which one it should be.
        </li>
      )}
    </ol>
  </>
);

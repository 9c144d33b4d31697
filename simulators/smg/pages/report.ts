import type { Html } from '../../kit/html';
import { html } from '../../kit/html';
import type { Position, Trait } from '../catalogue';
import { superTraits, traits } from '../catalogue';
import type { Scores } from '../scoring';
import { answerList, traitScale } from '../scoring';
import type { Account, Application } from '../state';
import { fieldOf } from '../state';
import { page } from './layout';

export interface Report {
  /** The application whose report is shown. */
  application: Application;
  /** The role it is for: mostly the one that was assessed. */
  position: Position;
  scores: Scores;
}

export interface ReportView extends Report {
  /** Hidden members of the role form: which link it was opened by. */
  link: { app_link: string; acc_link: string };
  /** Every completed application of the same e-mail, this one included. */
  roles: { applicationId: string; label: string }[];
  /** Name of the role that was assessed. */
  assessed: string;
  /** Every position that the same answers can be scored for. */
  positions: readonly Position[];
  shareLink: string;
  sections: Account['reportSections'];
  advanced: boolean;
}

export function reportPage(view: ReportView): string {
  const { application, position, assessed } = view;
  return page(
    `Report: ${fieldOf(application, 'app_full_name')}`,
    html`
      ${roleForm(view)} ${positionForm(view)}
      <p>
        ${position.aname}${position.position_id !== application.positionId && `, from the answers given for ${assessed}`},
        completed on
        <time datetime="${application.completedAt?.toISOString()}"
          >${application.completedAt?.toISOString().slice(0, 10)}</time
        >
      </p>
      ${managerReport(view)} ${candidateFeedback(view)}
      <p>
        <a href="${view.shareLink}">Link to the candidate feedback alone</a>, to be shared with the candidate.
      </p>
      ${view.sections.map(
        ({ title, text }) =>
          html`<section>
            <h2>${title}</h2>
            <p>${text}</p>
          </section>`,
      )}
      ${view.advanced && answersSection(application)}
    `,
  );
}

/** Only what the candidate may see. */
export function feedbackPage(report: Report): string {
  return page(
    `Feedback for ${fieldOf(report.application, 'app_full_name')}`,
    html`<p>${report.position.aname}</p>
      ${candidateFeedback(report)}`,
  );
}

export function notCompletedPage(): string {
  return page(
    'Report not available yet',
    html`<p>
      The questionnaire has not been completed. The report appears here as soon as it has been submitted.
    </p>`,
  );
}

const hiddenFields = ({ link, advanced }: ReportView): Html =>
  html`<input type="hidden" name="app_link" value="${link.app_link}" />
    <input type="hidden" name="acc_link" value="${link.acc_link}" />
    ${advanced && html`<input type="hidden" name="advanced" value="1" />`}`;

/** Another assessment of the same candidate. */
function roleForm(view: ReportView): Html {
  const { application, roles } = view;
  return html`<form method="get" action="/app_link/rep_link.html">
    ${hiddenFields(view)}
    <label for="role">Role</label>
    <select id="role" name="role">
      ${roles.map(
        ({ applicationId, label }) =>
          html`<option value="${applicationId}" ${applicationId === application.id && html`selected`}>
            ${label}
          </option>`,
      )}
    </select>
    <button type="submit">Rerun</button>
  </form>`;
}

/** Another role by the answers of the assessment that is shown. */
function positionForm(view: ReportView): Html {
  const { application, position, positions } = view;
  return html`<form method="get" action="/app_link/rep_link.html">
    ${hiddenFields(view)}
    <input type="hidden" name="role" value="${application.id}" />
    <label for="position">These answers, scored for</label>
    <select id="position" name="position">
      ${positions.map(
        ({ position_id: id, aname }) =>
          html`<option value="${id}" ${id === position.position_id && html`selected`}>${aname}</option>`,
      )}
    </select>
    <button type="submit">Score again</button>
  </form>`;
}

function managerReport({ scores }: Report): Html {
  return html`<section aria-labelledby="manager">
    <h2 id="manager">Manager's report</h2>
    <p class="verdict">${scores.score_text}</p>
    <p>Main score ${scores.score} for this role.</p>
    <h3>Performance by category</h3>
    <dl>
      ${superTraits.map((category) => {
        const score = scores.super_traits.find(({ trait_name: name }) => name === category.name)?.score ?? 0;
        return html`<dt><strong>${category.caption}</strong>: ${inWords(score * 6)} (${score})</dt>
          <dd>${category.meaning}</dd>`;
      })}
    </dl>
    <h3>Traits over the full spectrum</h3>
    <div class="wide">
      <table>
        <thead>
          <tr>
            <th scope="col">Trait</th>
            <th scope="col">Low end</th>
            <th scope="col">Position</th>
            <th scope="col">High end</th>
          </tr>
        </thead>
        <tbody>
          ${traits.map((trait) => {
            const score = scoreOf(scores, trait);
            return html`<tr>
              <th scope="row">${trait.caption}</th>
              <td>${trait.low}</td>
              <td>
                <meter
                  min="${traitScale.low}"
                  max="${traitScale.high}"
                  value="${score}"
                  aria-label="${trait.caption}"
                ></meter>
                ${score}
              </td>
              <td>${trait.high}</td>
            </tr>`;
          })}
        </tbody>
      </table>
    </div>
    <h3>Questions for the interview</h3>
    <ul>
      ${traits.map((trait) => html`<li>${trait.ask}</li>`)}
    </ul>
  </section>`;
}

function candidateFeedback({ scores }: Report): Html {
  const strongest = traits.toSorted((a, b) => scoreOf(scores, b) - scoreOf(scores, a)).slice(0, 2);
  const high = (trait: Trait): boolean => scoreOf(scores, trait) >= traitScale.middle;
  return html`<section aria-labelledby="feedback">
    <h2 id="feedback">Candidate feedback</h2>
    <h3>Your strengths</h3>
    <ul>
      ${strongest.map((trait) => html`<li>${trait.caption}: ${high(trait) ? trait.high : trait.low}</li>`)}
    </ul>
    <h3>What to seek in a job</h3>
    <ul>
      ${traits.map((trait) => html`<li>${high(trait) ? trait.seekHigh : trait.seekLow}</li>`)}
    </ul>
    <h3>What to avoid in a job</h3>
    <ul>
      ${traits.map((trait) => html`<li>${high(trait) ? trait.avoidHigh : trait.avoidLow}</li>`)}
    </ul>
  </section>`;
}

function answersSection(application: Application): Html {
  return html`<section aria-labelledby="answers">
    <h2 id="answers">Answers</h2>
    <dl>
      ${answerList(application).map(
        (answer) =>
          html`<dt><strong>${answer['c']}</strong></dt>
            <dd>${answer['v'] ?? answer['a']}</dd>`,
      )}
    </dl>
  </section>`;
}

function scoreOf(scores: Scores, trait: Trait): number {
  return scores.traits.find(({ trait_name: name }) => name === trait.name)?.score ?? traitScale.middle;
}

/** In words, how far a score is from the middle of the trait scale. */
function inWords(deviation: number): string {
  if (deviation >= 20) return 'clearly above average';
  if (deviation > 5) return 'above average';
  if (deviation >= -5) return 'average';
  return deviation > -20 ? 'below average' : 'clearly below average';
}

import { createHash } from 'node:crypto';
import { activityInfo } from '@temporalio/activity';
import type { AssessmentResult, Opportunity } from '../domain/assessment';
import { FulcrumError } from '../domain/errors';
import { isOlder } from '../domain/event-position';
import type { Screening } from '../domain/screening';
import { screeningPosition } from '../domain/screening';
import { policyOf } from '../domain/settings/schema';
import { webAddressIn } from '../domain/web-address';
import type { LeverClient } from '../lever/client';
import { toOpportunity } from '../lever/to-domain';
import { emailDigest, emailDigests } from '../platform/crypto/hmac';
import { callLever } from './access';
import type { ActivityDeps } from './deps';
import { connectionOf, setUpOf } from './deps';
import { expectLater, insistOn } from './lag';
import { buildPlan } from './planning';
import type { OpenedScreening, ScreeningLeverActivities, ScreeningRecordActivities } from './screening-types';
import { noNews, toldBy, type ToldByFields } from './told-by-fields';

/** Runs that a vendor began (decision 0035). */

export function createScreeningRecords(deps: ActivityDeps): ScreeningRecordActivities {
  return {
    async openScreening({ run, delivery, screening }) {
      if (await deps.tombstones.isErasedReference(run.connectionId, screening.sessionId)) {
        await deps.tombstones.addRun(run);
        return skip('erased');
      }
      await deps.assessments.openRow(run, delivery);
      // Each plan goes by what the one before has left on the opportunity.
      if (!(await deps.assessments.takeTurn(run))) return { decision: 'waits' };
      const known = await whyKnown(deps, run, screening);
      if (known !== null) return skip(known);
      const { vendor, settings } = setUpOf(deps, await connectionOf(deps, run.connectionId));
      try {
        const placed = vendor.startsRuns?.place(screening, settings);
        if (placed === undefined) return skip('no_assessment', `${vendor.label} begins no runs itself`);
        const { email } = screening.candidate;
        return {
          decision: 'goes',
          ...placed,
          traces: await deps.assessments.sessionTraces(run.connectionId, screening.sessionId),
          policy: policyOf(settings, null),
          ...(settings.shows.file === false && { leavesOutReport: true }),
          person: email === null ? `opportunity-${screening.opportunityId}` : emailDigest(deps.ring, email),
          // Sorted: two processes whose rings have the keys in another order must not wait for each other.
          ...(email !== null &&
            deps.ring.all.length > 1 && { people: emailDigests(deps.ring, email).sort() }),
        };
      } catch (error) {
        // The settings were changed since the event was taken.
        if (error instanceof FulcrumError && error.code === 'input.invalid')
          return skip('no_assessment', error.message);
        throw error;
      }
    },

    async planScreening({ run, screening, route, opportunity, file }) {
      const setUp = setUpOf(deps, await connectionOf(deps, run.connectionId));
      const plan = buildPlan(setUp, {
        planId: 'completed',
        trigger: 'completed',
        reason: null,
        route,
        inheritTags: [],
        presentTags: opportunity.tags,
        invitation: { vendorRef: screening.sessionId, url: null, expiresAt: null },
        result: resultOf(screening),
        openSiblings: 0,
        opportunity,
        ...(screening.report !== null &&
          file !== null &&
          setUp.settings.shows.file !== false && {
            attachment: { label: screening.report.name, url: webAddressIn(screening.report.url), file },
          }),
      });
      return { plan, digest: digestOf(screening) };
    },
  };
}

const skip = (
  reason: (OpenedScreening & { decision: 'skip' })['reason'],
  detail: string | null = null,
): OpenedScreening => ({ decision: 'skip', reason, detail });

/** Whether other events of the same session have already told the same, or what is newer; null: this one is news. */
async function whyKnown(
  deps: ActivityDeps,
  run: { assessmentId: string; connectionId: string },
  screening: Screening,
): Promise<'already_screened' | 'older_screening' | null> {
  const { sessionId } = screening;
  const known = await deps.assessments.byVendorRef(run.connectionId, sessionId);
  if (known === null || known.assessmentId === run.assessmentId) return null;
  if (known.status === 'completed' && known.resultDigest === digestOf(screening)) return 'already_screened';
  const mark = await deps.assessments.highWaterMarkOf(run.connectionId, sessionId);
  return isOlder(screeningPosition(screening), mark ?? undefined) ? 'older_screening' : null;
}

const digestOf = (screening: Screening): string =>
  createHash('sha256')
    .update(JSON.stringify(toldBy(screeningFields, screening)))
    .digest('hex');

// Order and form are for good: the digests of screenings that Lever shows already are kept.
const screeningFields: ToldByFields<Screening> = {
  // Who it is about, and where it belongs, is not what came out.
  sessionId: noNews,
  screener: noNews,
  postingId: noNews,
  opportunityId: noNews,
  candidate: noNews,
  outcome: ({ outcome }) => [outcome],
  score: ({ score }) => [score],
  answers: ({ answers }) => [answers],
  report: ({ report }) => [report?.sha256 ?? report?.url ?? null],
  completedAt: noNews,
};

const resultOf = ({ outcome, score, answers, report, completedAt }: Screening): AssessmentResult => ({
  score,
  maxScore: null,
  band: outcome.toUpperCase(),
  outcome,
  reports: report === null ? [] : [{ label: report.name, url: report.url }],
  parts: answers.map(({ question, answer, verdict }) => ({
    label: question,
    score: null,
    maxScore: null,
    text: verdict === null ? answer : `${answer} (${verdict})`,
  })),
  completedAt,
});

export function createScreeningLever(deps: ActivityDeps): ScreeningLeverActivities {
  return {
    readCandidacy: ({ connectionId, opportunityId }) =>
      callLever(deps, connectionId, async (lever) => {
        const found = await openOrCode(lever, opportunityId);
        if (found === 'lever.not_found') expectLater(deps, notShown);
        return typeof found === 'string' ? null : found;
      }),

    readMadeCandidacy: ({ connectionId, opportunityId, ...wanted }) =>
      callLever(deps, connectionId, async (lever) => {
        for await (const one of openOnes(lever, wanted))
          if (one.id === opportunityId) return toOpportunity(one);
        // Not every address is found in the list, and whoever was archived meanwhile is not in it.
        expectLater(deps, notShown);
        const found = await openOrCode(lever, opportunityId);
        if (found === 'lever.not_found') insistOn(deps, notShown);
        return typeof found === 'string' ? null : found;
      }),

    findCandidacy: ({ connectionId, ...wanted }) =>
      callLever(deps, connectionId, (lever) => firstOpen(lever, wanted)),

    createCandidacy: async ({ connectionId, postingId, name, email }) => {
      await learnUser(deps, connectionId);
      return callLever(deps, connectionId, async (lever) => {
        // The attempt before may have made it although its answer was lost.
        const made = activityInfo().attempt > 1 ? await firstOpen(lever, { email, postingId }) : null;
        if (made !== null) return { id: made.id };
        return lever.createOpportunity({ postingId, contactId: null, name, email, tags: [] });
      });
    },
  };
}

/**
 * Lever creates nothing without a user, so runs wait for one to be set, and are woken by it: the setting may be so young
 * that it has not come to this process yet.
 */
async function learnUser(deps: ActivityDeps, connectionId: string): Promise<void> {
  const { performAs } = await connectionOf(deps, connectionId);
  if (performAs === null) await deps.directory.refresh();
}

const notShown = 'Lever does not show the opportunity yet.';

/** An id that is none of Lever's comes from the vendor: like one that is gone, it finds nobody. */
type Nobody = 'lever.not_found' | 'lever.bad_request' | 'archived';

const isNobody = (code: string): code is Nobody => code === 'lever.not_found' || code === 'lever.bad_request';

async function openOrCode(lever: LeverClient, id: string): Promise<Opportunity | Nobody> {
  try {
    const found = toOpportunity(await lever.getOpportunity(id, { expand: ['applications'] }));
    return found.archived ? 'archived' : found;
  } catch (error) {
    if (error instanceof FulcrumError && isNobody(error.code)) return error.code;
    throw error;
  }
}

interface Wanted {
  email: string;
  /** Null: whatever it is. */
  postingId: string | null;
}

const openOnes = (lever: LeverClient, { email, postingId }: Wanted) =>
  lever.listOpportunities({
    email,
    ...(postingId !== null && { postingId }),
    archived: false,
    confidentiality: 'all',
    expand: ['applications'],
  });

async function firstOpen(lever: LeverClient, wanted: Wanted): Promise<Opportunity | null> {
  for await (const opportunity of openOnes(lever, wanted)) return toOpportunity(opportunity);
  return null;
}

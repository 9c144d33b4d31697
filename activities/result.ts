import { createHash } from 'node:crypto';
import type {
  AssessmentResult,
  KeptResultFile,
  ReportLink,
  ResultFile,
  ResultPart,
} from '../domain/assessment';
import type { Plan } from '../domain/effects';
import type { ErrorCode } from '../domain/errors';
import { FulcrumError } from '../domain/errors';
import type { Claim } from '../domain/lifecycle';
import { looksWithin } from '../domain/lifecycle';
import type { ActivityDeps, SetUp } from './deps';
import { keepContent } from './files';
import { buildPlan, forSiblings, knownOf } from './planning';
import { noNews, toldBy, type ToldByFields } from './told-by-fields';
import type { InvitedRunCall } from './types';

/** What becomes of a vendor's result before the run has it: contents go into the store, and Lever's part is planned. */

/** Lever takes no file without a user in whose name it is uploaded, and none should wait for one to be named. */
const nobody: KeptResultFile = {
  problem: "the connection's settings name no Lever user in whose name files are uploaded (serviceUserEmail)",
};

/** The result without contents, and without files where the connection wants none. */
export async function withoutContents(
  deps: ActivityDeps,
  { settings }: SetUp,
  assessmentId: string,
  { files, ...result }: AssessmentResult,
): Promise<AssessmentResult> {
  if (files === undefined || settings.shows.file === false) return result;
  const keep = async (file: ResultFile): Promise<ResultFile> => {
    if (!('content' in file.from)) return file;
    return { ...file, from: { kept: await keepContent(deps, assessmentId, file, file.from.content) } };
  };
  const kept: ResultFile[] = [];
  for (const file of files) kept.push(await keep(file));
  return { ...result, files: kept };
}

/** @param files those of the result in their order; absent: it has none, or they are still to be fetched */
export async function planResult(
  deps: ActivityDeps,
  setUp: SetUp,
  input: Omit<InvitedRunCall, 'batch'> & { amends: boolean },
  { result, digest }: { result: AssessmentResult; digest: string },
  files?: KeptResultFile[],
): Promise<Plan> {
  const { run, invitation, subject, amends } = input;
  const openSiblings = subject.siblings === 0 ? 0 : (await deps.assessments.siblings(run.workflowId)).length;
  const plan = buildPlan(setUp, {
    ...knownOf(input, invitation),
    planId: amends ? `amended-${digest.slice(0, 12)}` : 'completed',
    trigger: 'completed',
    reason: null,
    result,
    openSiblings,
    amends,
    ...(files !== undefined && {
      files: (result.files ?? []).flatMap(({ label, from }, index) => {
        const file = setUp.connection.performAs === null ? nobody : files[index];
        return file === undefined ? [] : [{ label, url: 'url' in from ? from.url : null, file }];
      }),
    }),
  });
  const { siblings } = subject;
  return forSiblings(deps, plan, { workflowId: run.workflowId, siblings, openSiblings });
}

/** The vendor answered, and shows no result of this run. */
const notShown = new Set<ErrorCode>(['vendor.unexpected', 'vendor.not_found', 'vendor.unfinished']);

/**
 * What a missing result means to a run that is over: it is looked for as `ResultWait` says, and then given up. A vendor
 * that could not be asked is asked again without end.
 */
export function laterOrNever(
  { resultWait, polling }: Pick<ActivityDeps, 'resultWait' | 'polling'>,
  claim: Pick<Claim, 'at' | 'proven'>,
  error: unknown,
): unknown {
  if (!(error instanceof FulcrumError) || !notShown.has(error.code)) return error;
  const { looksWithinMs, patienceMs } = resultWait;
  const passed = Date.now() - claim.at;
  const left = (claim.proven ? patienceMs : looksWithinMs) - passed;
  const { message, detail } = error;
  if (left <= 0) return new FulcrumError('vendor.rejected', message, { detail, cause: error });
  const next = looksWithin(looksWithinMs).find((after) => after > passed) ?? passed + polling.minMs;
  const retryAfterMs = Math.min(next - passed, left);
  return new FulcrumError('vendor.unexpected', message, { detail, cause: error, retryAfterMs });
}

/** Tells whether a later result says anything new (decision 0012). */
export const digestOf = (result: AssessmentResult): string =>
  createHash('sha256')
    .update(JSON.stringify(toldBy(resultFields, result)))
    .digest('hex');

// Order and form are for good: the digests of results that Lever shows already are kept.
const reportFields: ToldByFields<ReportLink> = { label: ({ label }) => [label], url: ({ url }) => [url] };
const partFields: ToldByFields<ResultPart> = {
  label: ({ label }) => [label],
  score: ({ score }) => [score],
  // The scale of a score, and how a file is packed, do not change by themselves.
  maxScore: noNews,
  text: ({ text }) => [text],
};
const fileFields: ToldByFields<ResultFile> = {
  label: ({ label }) => [label],
  name: ({ name }) => [name],
  contentType: noNews,
  sha256: noNews,
  from: (file) => [contentOf(file)],
};
const resultFields: ToldByFields<AssessmentResult> = {
  score: ({ score }) => [score],
  maxScore: ({ maxScore }) => [maxScore],
  band: ({ band }) => [band],
  // Nothing where there is none: the digests of results that Lever shows already are kept.
  outcome: ({ outcome }) => (outcome === undefined ? [] : [outcome]),
  reports: ({ reports }) => [reports.map((report) => toldBy(reportFields, report))],
  parts: ({ parts = [] }) => parts.map((part) => toldBy(partFields, part)),
  files: ({ files = [] }) => files.map((file) => ['file', ...toldBy(fileFields, file)]),
  completedAt: noNews,
  // It follows from the links.
  leftOut: noNews,
};

/** What stands for a file's content. Addresses are often signed anew for every answer, so their query says nothing. */
function contentOf({ sha256, from }: ResultFile): string {
  if ('kept' in from) return 'sha256' in from.kept ? from.kept.sha256 : from.kept.problem;
  return sha256 ?? ('url' in from ? (from.url.split(/[?#]/)[0] ?? '') : '');
}

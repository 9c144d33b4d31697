import type { AssessmentResult, Invitation } from '../domain/assessment';
import { webAddressIn } from '../domain/web-address';
import type { AnyVendor } from '../vendors/define';

/**
 * The one check of what vendors give as links, before anything of it reaches Lever or a row: recruiters click on it. What is
 * no address is left out, and somebody is told; the candidate's work does not hang on it.
 */

type Named = Pick<AnyVendor, 'label'>;

const form =
  'the hub passes on http and https addresses without user name and password, of at most 4000 characters';

export function withUsableLink({ label }: Named, invitation: Invitation): Invitation {
  if (invitation.url === null) return invitation;
  const url = webAddressIn(invitation.url);
  if (url !== null) return { ...invitation, url };
  const leftOut = `${label} gave a link to the assessment that is not a web address: ${form}. The candidate's link has to be looked up at ${label}.`;
  return { ...invitation, url, leftOut };
}

export function withUsableLinks({ label }: Named, result: AssessmentResult): AssessmentResult {
  const reports = result.reports.flatMap((report) => {
    const url = webAddressIn(report.url);
    return url === null ? [] : [{ ...report, url }];
  });
  if (reports.length === result.reports.length) return { ...result, reports };
  const leftOut = `${label} gave a link to the result that is not a web address: ${form}. The result has to be looked up at ${label}.`;
  return { ...result, reports, leftOut };
}

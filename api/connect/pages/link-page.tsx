import type { LeverPermission } from '../../../lever/scopes';
import { ContinueForm, renderPage } from './layout';
import { PermissionList } from './permission-list';

export interface LinkPage {
  base: string;
  ticket: string;
  vendorLabel: string;
  /** The vendor's own page on setting it up. */
  help: string;
  customer: string;
  environment: 'production' | 'sandbox';
  renews: boolean;
  permissions: LeverPermission[];
  /** Ms since 1970. */
  expiresAt: number;
}

/** Who asks for what, before anybody is sent to Lever. */
export function linkPage(page: LinkPage): string {
  const { base, vendorLabel, customer, environment, renews, permissions, ticket } = page;
  const title = renews
    ? `Renew ${vendorLabel}’s access to Lever`
    : `Connect ${vendorLabel} with your Lever account`;
  return renderPage(
    { title, base },
    <>
      <p>
        {renews
          ? `${vendorLabel} needs access to the Lever account of ${customer} again.`
          : `${vendorLabel} asks for access to the Lever account of ${customer}, so that assessments start automatically and their results appear on the candidate’s profile.`}
      </p>
      <dl class="facts">
        <dt>Vendor</dt>
        <dd>
          {vendorLabel} (<a href={page.help}>help</a>)
        </dd>
        <dt>Company</dt>
        <dd>{customer}</dd>
        <dt>Lever environment</dt>
        <dd>{environment === 'sandbox' ? 'Sandbox (for tests)' : 'Production'}</dd>
      </dl>
      <p>
        On the next page Lever asks you to agree. You have to be signed in there as a{' '}
        <strong>Super Admin</strong> of {customer}. You can take the access back at any time in Lever, under{' '}
        <em>Settings &gt; Integrations and API &gt; Authorized Apps</em>.
      </p>
      <ContinueForm base={base} ticket={ticket} label="Continue to Lever" />
      <h2>What {vendorLabel} will be allowed to do, and why</h2>
      <PermissionList permissions={permissions} />
      <p class="soft end">
        This link works once, until {dayOf(page.expiresAt)}. Not what you expected? Close this page: nothing
        has happened yet.
      </p>
    </>,
  );
}

const dayOf = (ms: number): string =>
  new Intl.DateTimeFormat('en', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' }).format(ms) +
  ' UTC';

import type { LeverPermission } from '../../../lever/scopes';
import { ContinueForm, renderPage } from './layout';
import { PermissionList } from './permission-list';

export interface MessagePage {
  base: string;
  title: string;
  /** What happened, and what to do: one paragraph each. */
  paragraphs: string[];
  permissions?: LeverPermission[];
  /** For a link that can be used again at once. */
  again?: { ticket: string; label: string };
}

/** A page that says one thing: refusals and faults. */
export const messagePage = ({ base, title, paragraphs, permissions = [], again }: MessagePage): string =>
  renderPage(
    { title, base },
    <>
      {paragraphs.map((text) => (
        <p key={text}>{text}</p>
      ))}
      {permissions.length > 0 && <PermissionList permissions={permissions} />}
      {again && <ContinueForm base={base} ticket={again.ticket} label={again.label} />}
    </>,
  );

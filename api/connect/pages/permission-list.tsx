import type { LeverPermission } from '../../../lever/scopes';

/** What the customer is asked to allow, in words and by Lever's names. */
export const PermissionList = ({ permissions }: { permissions: readonly LeverPermission[] }) => (
  <ul class="permissions">
    {permissions.map(({ scope, reason }) => (
      <li key={scope}>
        {reason}
        <code>{scope}</code>
      </li>
    ))}
  </ul>
);

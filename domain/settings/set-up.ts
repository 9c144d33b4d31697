import type { SettingsError, VendorTraits } from './error';
import type { CommonSettings } from './schema';

/** What the vendor's set-up asks the customer for. */

/** What of it the settings lack. */
export function missing(settings: CommonSettings, vendor: VendorTraits): SettingsError[] {
  const faults: SettingsError[] = [];
  if (vendor.serviceRole !== null && settings.serviceUserEmail === undefined) {
    faults.push({
      path: 'serviceUserEmail',
      message: `${vendor.label} needs a Lever user in whose name it writes; give the e-mail address of one whose access role is "${vendor.serviceRole}"`,
    });
  }
  if (vendor.asksForStage && settings.triggerStages.length === 0) {
    faults.push({
      path: 'triggerStages',
      message: `${vendor.label} needs the stage whose candidates are invited; give the id that Lever reveals under Settings > Pipeline and archive reasons`,
    });
  }
  return faults;
}

/** @param user the active user with the address in `serviceUserEmail`; null: the account has none */
export function serviceUserErrors(
  user: { accessRole: string | null } | null,
  vendor: VendorTraits,
): SettingsError[] {
  // Without the address: why a connection waits is kept in plain text.
  const fieldError = (message: string): SettingsError[] => [{ path: 'serviceUserEmail', message }];
  if (user === null) {
    return fieldError(
      'the Lever account has no active user with the e-mail address in serviceUserEmail; use that of an active one',
    );
  }
  const { accessRole } = user;
  const { label, serviceRole } = vendor;
  if (serviceRole === null || accessRole?.toLowerCase() === serviceRole) return [];
  const is =
    accessRole === null ? 'shows no access role in Lever' : `has the access role "${accessRole}" in Lever`;
  return fieldError(
    `the user with the e-mail address in serviceUserEmail ${is}; ${label} needs "${serviceRole}". Have a Super Admin make a service user of its own with that role, or raise this user's role`,
  );
}

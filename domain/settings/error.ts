/** One thing that is wrong with settings. */
export interface SettingsError {
  /** Below `settings`. */
  path: string;
  message: string;
}

/** What the rules have to know of a connection's vendor. */
export interface VendorTraits {
  label: string;
  /** Its invitations have an end of their own, which it tells. */
  tellsEnd: boolean;
  writesFiles: boolean;
  /** It invites by itself, so nobody is reminded. */
  startsRuns: boolean;
  /** Lever is written to in the name of a user with this access role. Null: anybody's. */
  serviceRole: string | null;
  /** Its set-up asks for the trigger stage. */
  asksForStage: boolean;
}

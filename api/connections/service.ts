import type { ConnectionPatch } from '../../db/repositories/connections';
import type { Connection, RunsAtEnd, StageName } from '../../domain/connection';
import { connectionReasonText, reasonOf } from '../../domain/connection-reasons';
import type { ConnectionStatus } from '../../domain/connection-status';
import { FulcrumError } from '../../domain/errors';
import { vendorScope } from '../../domain/impairment';
import { touchesAssessments } from '../../domain/settings/assessments';
import type { CommonSettings } from '../../domain/settings/schema';
import { namesStages } from '../../domain/settings/stages';
import type { AnyVendor } from '../../vendors/define';
import { InputError } from '../middleware/problem';
import type { VendorCatalogue } from './catalogue';
import { type Check, check } from './check';
import { takeCredentials } from './credentials';
import {
  correctionOf,
  grantOf,
  newDraft,
  notDone,
  refusedAccount,
  refusedGrant,
  statusAfter,
  statusOfTaken,
} from './draft';
import type { ConnectionPatch as ConnectionChange, NewConnection, Reconnection } from './input';
import type { LeverAccount } from './lever-account';
import type { Addresses } from './present';
import { noSuchConnection } from './reach';
import { createRegistration } from './registration';
import {
  checkAssessments,
  checkSense,
  checkServiceUser,
  checkStages,
  mergeSettings,
  parseForVendor,
  traitsOf,
} from './settings';
import type { ConnectionStore } from './store';
import { withToken } from './webhooks';

export interface ConnectionServiceDeps extends Addresses {
  store: ConnectionStore;
  account: LeverAccount;
  catalogue: VendorCatalogue;
  /** How long Lever may still work on a request whose answer was not heard, ms. */
  unclearDelayMs: number;
  vendor: (id: Connection['vendor']) => AnyVendor;
  /** Called after every change, before it is answered: trigger stages and the reconciling Schedule follow (decision 0005). */
  changed: (connection: Connection) => Promise<void>;
  /** Called after a connection can be used again, or otherwise than before: suspended runs look, held deliveries go on. */
  revived: (connection: Connection, options?: { look?: boolean }) => void;
  /** Called when a connection was disabled and its open runs are to end. */
  ended: (connectionId: string) => void;
}

/** Everything that can be done to a connection. Each function answers the connection as it is afterwards. */
export type ConnectionService = ReturnType<typeof createConnectionService>;

/** What Lever says about the names in the settings. */
interface Learned {
  stages: StageName[];
  performAs: string | null;
}

export function createConnectionService(deps: ConnectionServiceDeps) {
  const { store, account } = deps;

  const existing = async (id: string): Promise<Connection> => {
    const connection = await store.get(id);
    if (connection) return connection;
    throw noSuchConnection(id);
  };

  const save = async (id: string, patch: ConnectionPatch): Promise<Connection> => {
    const saved = await store.update(id, patch);
    await store.refresh();
    await deps.changed(saved);
    return saved;
  };

  /**
   * Reads the account's stages and service user.
   * @throws FulcrumError when a name in the settings is unknown there, `connection.misconfigured` when Lever lets nobody in
   */
  const learn = async (connection: Connection, settings: CommonSettings): Promise<Learned> => {
    try {
      return await readAccount(connection, settings);
    } catch (error) {
      throw refusedAccount(error);
    }
  };

  const learnToChange = (connection: Connection, settings: CommonSettings): Promise<Learned> =>
    learn(connection, settings).catch((error: unknown) => {
      throw notDone(error, nothingChanged);
    });

  const readAccount = async (connection: Connection, settings: CommonSettings): Promise<Learned> => {
    const stages = await account.listStages(connection);
    checkStages(settings, stages);
    const { serviceUserEmail, performAs } = settings;
    const vendor = deps.vendor(connection.vendor);
    const isSettled = performAs !== undefined && vendor.serviceUser === undefined;
    if (isSettled || serviceUserEmail === undefined) return { stages, performAs: performAs ?? null };
    const user = await account.findUser(connection, serviceUserEmail);
    checkServiceUser(vendor, user);
    // Where the vendor's set-up names a role, nobody else writes.
    return { stages, performAs: vendor.serviceUser === undefined ? (performAs ?? user.id) : user.id };
  };

  /**
   * A slip of the pen is refused at once; a vendor that cannot be asked stands in nobody's way, and /test tells of it.
   * @throws FulcrumError `input.invalid` when the settings name an assessment that the vendor does not list
   */
  const askForAssessments = async (connection: Connection, settings: CommonSettings): Promise<void> => {
    const vendor = deps.vendor(connection.vendor);
    const listed = await deps.catalogue.list(connection).catch((error: unknown) => {
      if (error instanceof FulcrumError) return null;
      throw error;
    });
    if (listed !== null) checkAssessments(vendor, settings, listed);
  };

  const registration = createRegistration(deps);
  const register = ({ id }: Connection): Promise<Connection> => registration.register(id);

  const needs = (connection: Connection, wanted: ConnectionStatus[], todo: string): void => {
    if (wanted.includes(connection.status)) return;
    throw new FulcrumError('conflict', `The connection is ${connection.status}. ${todo}`);
  };

  /** Whether the names in the settings were found in Lever when it was last asked. */
  const isKnown = (connection: Connection, settings: CommonSettings): boolean => {
    try {
      checkStages(settings, connection.stages);
    } catch {
      return false;
    }
    return connection.performAs !== null || settings.serviceUserEmail === undefined;
  };

  const patchOnReturn = async (connection: Connection): Promise<ConnectionPatch> => {
    try {
      const settings = parseForVendor(deps.vendor(connection.vendor), { settings: connection.settings });
      try {
        return { ...(await learn(connection, settings)), ...statusOfTaken(settings.paused) };
      } catch (error) {
        // A renewed connection goes on with what is known of its account, even while Lever cannot be asked.
        const isAnswer = error instanceof InputError || isMisconfigured(error);
        if (isAnswer || !isKnown(connection, settings)) throw error;
        return statusOfTaken(settings.paused);
      }
    } catch (error) {
      if (!(error instanceof FulcrumError)) throw error;
      const statusReason = reasonOf('to_be_corrected', correctionOf(error));
      return { status: 'paused', statusReason, refusedSince: null };
    }
  };

  const setPaused = async (connection: Connection, paused: boolean): Promise<Connection> =>
    save(connection.id, {
      settings: { ...connection.settings, paused },
      ...statusAfter(connection.status, paused),
    });

  return {
    /**
     * Refuses what could never become a connection. What only Lever can say is not looked at, and what the vendor's
     * set-up asks for may be given after the consent.
     */
    check(input: Pick<NewConnection, 'vendor' | 'settings' | 'credentials'>): void {
      const vendor = deps.vendor(input.vendor);
      checkSense(vendor, parseForVendor(vendor, input, 'begun'));
    },

    async create(input: NewConnection): Promise<Connection> {
      const vendor = deps.vendor(input.vendor);
      const settings = parseForVendor(vendor, input);
      checkSense(vendor, settings);
      const draft = newDraft(input);
      const secrets = { credentials: input.credentials, signatureTokens: [] };
      await store.insert(draft, secrets, grantOf(input.lever));
      let checked: Connection;
      try {
        await store.refresh();
        const learned = await learn(draft, settings);
        if (touchesAssessments(input.settings, traitsOf(vendor))) await askForAssessments(draft, settings);
        checked = await save(draft.id, { ...learned, ...statusOfTaken(settings.paused) });
      } catch (error) {
        await store.abandon(draft.id);
        await store.refresh();
        throw notDone(refusedGrant(error), 'No connection was made: send it again.');
      }
      return register(checked);
    },

    get: existing,

    async change(id: string, patch: ConnectionChange): Promise<Connection> {
      const connection = await existing(id);
      if (connection.status === 'disabled' && (patch.settings || patch.credentials)) {
        needs(connection, ['active'], 'Give it a new grant with /reconnect first.');
      }
      const settings = mergeSettings(connection.settings, patch.settings ?? {});
      const parsed = parseForVendor(deps.vendor(connection.vendor), {
        settings,
        ...(patch.credentials && { credentials: patch.credentials }),
      });
      const vendor = deps.vendor(connection.vendor);
      if (patch.settings) checkSense(vendor, parsed);
      const touchesLever = patch.settings !== undefined && (namesStages(parsed) || parsed.serviceUserEmail);
      const learned = touchesLever
        ? await learnToChange(connection, parsed)
        : { performAs: parsed.performAs ?? null };
      // With new credentials the old ones can no longer be asked with; /test looks afterwards.
      if (touchesAssessments(patch.settings ?? {}, traitsOf(vendor)) && !patch.credentials)
        await askForAssessments(connection, parsed);
      if (patch.credentials || patch.lever) {
        await store.changeSecrets(id, (secrets) => ({
          credentials: patch.credentials ?? secrets.credentials,
          signatureTokens: patch.lever
            ? withToken(patch.lever.signatureToken, secrets.signatureTokens)
            : secrets.signatureTokens,
        }));
      }
      const isCorrected = patch.settings !== undefined || patch.credentials !== undefined;
      if (isCorrected) await store.mend(id);
      const present = isCorrected && connection.status === 'impaired' ? 'active' : connection.status;
      const changed = await save(id, {
        ...(patch.customer !== undefined && { customer: patch.customer }),
        ...(patch.settings && { settings, ...learned, ...statusAfter(present, parsed.paused) }),
        // A webhook made by hand stands in for those that could not be registered.
        ...(patch.lever && connection.webhooks.length === 0 && { webhookProblem: null }),
      });
      // A corrected setting may be all that suspended runs wait for.
      const isMended = isCorrected || connection.status === 'paused';
      if (isMended && changed.status === 'active') deps.revived(changed);
      return changed;
    },

    async pause(id: string): Promise<Connection> {
      const connection = await existing(id);
      needs(connection, ['active', 'paused', 'impaired'], 'Only an active connection can be paused.');
      return setPaused(connection, true);
    },

    async resume(id: string): Promise<Connection> {
      const connection = await existing(id);
      if (connection.status === 'impaired') {
        needs(
          connection,
          [],
          `${connection.statusReason === null ? '' : connectionReasonText(connection.statusReason)}; /test looks whether it is mended.`,
        );
      }
      needs(connection, ['active', 'paused'], 'Give it a new grant with /reconnect instead.');
      const settings = parseForVendor(deps.vendor(connection.vendor), { settings: connection.settings });
      // It may be paused because a name in its settings was never found.
      if (!isKnown(connection, settings)) await save(id, await learnToChange(connection, settings));
      const resumed = await setPaused(connection, false);
      deps.revived(resumed);
      return resumed;
    },

    /**
     * Takes up a connection whose customer has just consented at Lever and whose grant is stored. A consent is never
     * thrown away: what does not fit, or cannot be asked now, leaves the connection paused with what is to be done, and
     * the right settings make it active.
     */
    async takeUp(id: string): Promise<Connection> {
      const connection = await existing(id);
      await store.refresh();
      const patch = await patchOnReturn(connection);
      await store.mend(id);
      const taken = await register(await save(id, { ...patch, endsRuns: false }));
      if (taken.status === 'active') deps.revived(taken, { look: connection.status === 'disabled' });
      return taken;
    },

    async disable(id: string, openRuns: RunsAtEnd = 'withdraw'): Promise<Connection> {
      await existing(id);
      const endsRuns = openRuns === 'withdraw';
      // First of all nothing may start any more; then Lever is tidied while the grant is still there.
      await save(id, { status: 'disabled', statusReason: reasonOf('disabled_by_operator'), endsRuns });
      if (endsRuns) deps.ended(id);
      const disabled = await registration.remove(id);
      await store.removeGrant(id);
      return disabled;
    },

    async reconnect(id: string, { lever: given, credentials }: Reconnection): Promise<Connection> {
      const connection = await existing(id);
      const vendor = deps.vendor(connection.vendor);
      const settings = parseForVendor(vendor, {
        settings: connection.settings,
        ...(credentials && { credentials }),
      });
      await takeCredentials(store, vendor, connection, credentials);
      const before = await store.replaceGrant(id, grantOf(given));
      let learned: Learned;
      try {
        learned = await learn(connection, settings);
      } catch (error) {
        await store.restoreGrant(id, before);
        throw notDone(refusedGrant(error), nothingChanged);
      }
      await store.mend(id);
      const reconnected = await register(
        await save(id, { ...learned, ...statusOfTaken(settings.paused), endsRuns: false }),
      );
      // While it was disabled no webhook told of anything.
      if (reconnected.status === 'active')
        deps.revived(reconnected, { look: connection.status === 'disabled' });
      return reconnected;
    },

    /** Looks at the webhooks without anybody waiting for it. @throws FulcrumError why they could not be looked at */
    checkWebhooks: registration.checkWebhooks,

    /** Looks whether everything that the connection leans on at Lever is there, and registers missing webhooks again. */
    async test(id: string): Promise<{ ok: boolean; checks: Check[]; connection: Connection }> {
      const connection = await existing(id);
      needs(
        connection,
        ['active', 'paused', 'disconnected', 'impaired'],
        'Give it a new grant with /reconnect instead.',
      );
      const settings = parseForVendor(deps.vendor(connection.vendor), { settings: connection.settings });
      const checks: Check[] = [];
      const stages = await check(checks, 'lever', () => account.listStages(connection));
      if (!stages) return { ok: false, checks, connection };
      await check(checks, 'stages', async () => checkStages(settings, stages));
      if (settings.serviceUserEmail !== undefined) {
        await check(checks, 'serviceUser', () => learn(connection, settings));
      }
      const vendor = deps.vendor(connection.vendor);
      if (
        touchesAssessments(connection.settings, traitsOf(vendor)) ||
        connection.refusals[vendorScope] !== undefined
      ) {
        await check(checks, 'assessments', async () =>
          checkAssessments(vendor, settings, await deps.catalogue.list(connection)),
        );
      }
      const looked = await register(await save(id, { stages }));
      checks.push({ name: 'webhook', ok: looked.webhookProblem === null, detail: looked.webhookProblem });
      const ok = checks.every((each) => each.ok);
      if (!ok || looked.status !== 'impaired') return { ok, checks, connection: looked };
      // What was refused may have been something that no test asks for: if it still is, three runs find it out again.
      await store.mend(id);
      const mended = await save(id, {});
      if (mended.status === 'active') deps.revived(mended);
      return { ok, checks, connection: mended };
    },
  };
}

const nothingChanged = 'Nothing was changed: send it again.';

const isMisconfigured = (error: unknown): boolean =>
  error instanceof FulcrumError && error.code === 'connection.misconfigured';

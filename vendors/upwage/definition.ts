import { defineVendor } from '../define';
import * as callback from './callback';
import { plan } from './plan';
import { place } from './routing';
import type { UpwageSettings } from './settings';
import { upwageCredentials, upwageSettings } from './settings';

/** Upwage's SuperScreeners: candidates are screened at Upwage, and the finished screening is brought to Lever. */
export const upwage = defineVendor({
  id: 'upwage',
  label: 'Upwage',
  help: 'https://help.lever.co/hc/en-us/articles/20087421312541',
  settings: upwageSettings,
  credentials: upwageCredentials,
  /** Only documents are fetched, at addresses that every event names itself. */
  limits: { perSecondPerConnection: 5 },
  acknowledge: 202,
  acknowledgeRepeat: 200,
  /** The document of the conversation (UP-19). */
  lever: { writesFiles: true },
  startsRuns: { place },
  requests: {
    listAssessments: ({ settings }: { settings: UpwageSettings }) =>
      Promise.resolve(
        [...new Set(settings.screeners.map(({ screenerId }) => screenerId))].map((id) => ({ id, name: id })),
      ),
  },
  callback,
  plan,
});

import { Router, type RequestHandler } from 'express';
import type { CatalogueEntry } from '../../vendors/define';
import type { AuditWriter } from '../audit';
import { FulcrumError } from '../../domain/errors';
import { rawBody } from '../middleware/raw-body';
import { addresseeOf, arrivalOf, bodyLimit, findAddressee, recordRefusal, withProof } from './callbacks';
import type { Addressee, CallbackDeps } from './callbacks';

export interface PushedCataloguesDeps extends CallbackDeps {
  /** False when a later list is known already. @param asOf ms since 1970 */
  keep: (connectionId: string, entries: readonly CatalogueEntry[], asOf: number) => Promise<boolean>;
  audit: AuditWriter;
}

/** `PUT /callbacks/:vendor/:key/packages`: what can be ordered, from vendors that tell it by themselves. */
export function pushedCatalogues(deps: PushedCataloguesDeps): Router {
  const router = Router();
  router.put(
    '/callbacks/:vendor/:key/packages',
    findAddressee(deps),
    onlyWhereDeclared,
    rawBody(bodyLimit),
    take(deps),
    recordRefusal(deps),
  );
  return router;
}

/** To a vendor that declares none this address is like every other below its key. */
const onlyWhereDeclared: RequestHandler = (_req, res, next) => {
  const { vendor } = addresseeOf(res) as Addressee;
  next(vendor.pushedCatalogue === undefined ? 'route' : undefined);
};

const take =
  (deps: PushedCataloguesDeps): RequestHandler =>
  async (req, res) => {
    const { key, connection, vendor } = addresseeOf(res) as Addressee;
    const raw = withProof(arrivalOf(req, res, Date.now()), req);
    vendor.callback.verify(raw, vendor.credentials.parse(deps.credentialsOf(connection.id)));
    if (key.kind === 'run') {
      throw new FulcrumError(
        'input.invalid',
        "This is the address of one order. Packages are sent to the connection's own callbackUrl, with /packages behind it.",
      );
    }
    const { pushedCatalogue } = vendor;
    if (pushedCatalogue === undefined) throw new TypeError('the route was passed without a catalogue');
    const { entries, asOf } = pushedCatalogue.parse(raw);
    const kept = await deps.keep(connection.id, entries, asOf);
    if (!kept) {
      throw new FulcrumError(
        'conflict',
        'A list that was signed later is known already, so this one was not taken. Send the present one, signed anew.',
      );
    }
    await deps.audit({
      actor: `vendor ${vendor.id}`,
      action: 'connection.packages',
      target: connection.id,
      detail: { count: entries.length },
    });
    res.json(pushedCatalogue.answer(raw));
  };

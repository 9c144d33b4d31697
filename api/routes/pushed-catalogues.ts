import { type RequestHandler, Router } from 'express';
import { FulcrumError } from '../../domain/errors';
import type { CatalogueEntry } from '../../vendors/define';
import type { AuditWriter } from '../audit';
import { createAllowance } from '../ingress/row-budget';
import { rawBody } from '../middleware/raw-body';
import type { Addressee, CallbackDeps } from './callbacks';
import {
  addresseeOf,
  arrivalOf,
  bodyLimit,
  findAddressee,
  readOnce,
  recordRefusal,
  withProof,
} from './callbacks';

export interface PushedCataloguesDeps extends CallbackDeps {
  /** `older`: a later list is known already. @param asOf ms since 1970 */
  keep: (
    connectionId: string,
    entries: readonly CatalogueEntry[],
    asOf: number,
  ) => Promise<'changed' | 'same' | 'older'>;
  audit: AuditWriter;
}

/**
 * Lines of the audit that the lists of one connection make: its lines are kept for years, and a list can be changed with
 * every request.
 */
const audited = { rows: 100, everyMs: 15 * 60_000 };

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

function take(deps: PushedCataloguesDeps): RequestHandler {
  const mayAudit = createAllowance(audited);
  /** Changes that have no line, by connection: the next line tells how many. */
  const untold = new Map<string, number>();
  return async (req, res) => {
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
    const { entries, asOf, answer } = readOnce(
      res,
      () => pushedCatalogue.parse(raw),
      () => true,
    );
    const { id } = connection;
    const became = await deps.keep(id, entries, asOf);
    if (became === 'older') {
      throw new FulcrumError(
        'conflict',
        'The hub already has a list that was signed later, so it did not accept this one. Send the present list, newly signed.',
      );
    }
    if (became === 'changed') {
      const before = untold.get(id) ?? 0;
      const isTold = mayAudit(id, Date.now());
      untold.set(id, isTold ? 0 : before + 1);
      if (isTold) {
        await deps.audit({
          actor: `vendor ${vendor.id}`,
          action: 'connection.packages',
          target: id,
          detail: { count: entries.length, ...(before > 0 && { changesBefore: before }) },
        });
      }
    }
    res.json(answer);
  };
}

import type { NextFunction, Request, Response } from 'express';
import { type Credential } from '../auth/credential';
import { credentialOf } from '../auth/credentials';
import { badRequest, forbidden } from '../errors';
import type { Opportunity } from '../model';
import { canonicalEmail, type LeverState } from '../state';
import { bool, many, one, timeWindow } from './query';

/**
 * The filters of `GET /opportunities`: repeating one means union, different ones narrow together (or so switched widen).
 * Unknown ones are ignored. Confidential opportunities show only where asked for and allowed.
 */
export function opportunityFilter(
  req: Request,
  state: LeverState,
  credential: Credential,
): (opportunity: Opportunity) => boolean {
  const visible = confidentialityTest(req, credential);
  const tests: ((o: Opportunity) => boolean)[] = [];
  const anyOf = (
    name: string,
    valuesOf: (o: Opportunity) => readonly (string | null | undefined)[],
  ): void => {
    const wanted = many(req, name);
    if (wanted.length > 0) tests.push((o) => valuesOf(o).some((value) => wanted.includes(value ?? '')));
  };
  anyOf('stage_id', (o) => [o.stage]);
  anyOf('contact_id', (o) => [o.contact]);
  anyOf('tag', (o) => o.tags);
  anyOf('source', (o) => o.sources);
  anyOf('origin', (o) => [o.origin]);
  anyOf('posting_id', (o) => [o.archived ? null : o.application?.posting]);
  anyOf('archived_posting_id', (o) => [o.archived ? o.application?.posting : null]);
  anyOf('archive_reason_id', (o) => [o.archived?.reason]);
  anyOf('location', (o) => [state.contact(o.contact).location]);

  const emails = many(req, 'email').map(canonicalEmail);
  if (emails.length > 0) {
    tests.push((o) =>
      state.contact(o.contact).emails.some((email) => emails.includes(canonicalEmail(email))),
    );
  }
  const archived = bool(req, 'archived');
  if (archived !== undefined) tests.push((o) => (o.archived !== null) === archived);
  const snoozed = bool(req, 'snoozed');
  if (snoozed !== undefined)
    tests.push((o) => (o.snoozedUntil !== null && o.snoozedUntil > state.now()) === snoozed);

  const timeTest = (name: string, timeOf: (o: Opportunity) => number | null): void => {
    const within = timeWindow(req, name);
    if (within) tests.push((o) => within(timeOf(o)));
  };
  timeTest('created_at', (o) => o.createdAt);
  timeTest('updated_at', (o) => o.updatedAt);
  timeTest('advanced_at', (o) => o.lastAdvancedAt);
  timeTest('archived_at', (o) => o.archived?.archivedAt ?? null);

  const union = state.behaviour.differentFilters === 'union' && tests.length > 0;
  return (opportunity) =>
    visible(opportunity) &&
    (union ? tests.some((test) => test(opportunity)) : tests.every((test) => test(opportunity)));
}

/** `confidentiality` = non-confidential (default), confidential or all; hidden ones need the permission besides. */
export function confidentialityTest(
  req: Request,
  credential: Credential,
): (o: { confidentiality: string }) => boolean {
  const wanted = one(req, 'confidentiality') ?? 'non-confidential';
  if (!['non-confidential', 'confidential', 'all'].includes(wanted)) {
    throw badRequest('confidentiality must be non-confidential, confidential or all');
  }
  return ({ confidentiality }) =>
    (wanted === 'all' || confidentiality === wanted) &&
    (confidentiality === 'non-confidential' || credential.confidential);
}

/** For `router.param('id', …)`: 404 for an unknown opportunity, 403 for one the credential may not see. */
export function guardConfidential(state: LeverState) {
  return (_req: Request, res: Response, next: NextFunction, id: string): void => {
    const { confidentiality } = state.opportunity(id);
    if (confidentiality === 'confidential' && !credentialOf(res).confidential) {
      throw forbidden('The opportunity is confidential');
    }
    next();
  };
}

import { randomUUID } from 'node:crypto';
import { badRequest } from './errors';
import type { Confidentiality, Contact, Opportunity, Origin, Phone } from './model';
import type { LeverState } from './state';
import { unique } from './tags';

/** What a new opportunity is made of; all optional, as in Lever, but a new contact needs a name or an e-mail address. */
export interface NewOpportunity {
  name?: string | undefined;
  headline?: string | undefined;
  location?: string | undefined;
  emails?: string[] | undefined;
  phones?: Phone[] | undefined;
  links?: string[] | undefined;
  tags?: string[] | undefined;
  sources?: string[] | undefined;
  origin?: Origin | undefined;
  owner?: string | undefined;
  followers?: string[] | undefined;
  stage?: string | undefined;
  posting?: string | undefined;
  contact?: string | undefined;
  archived?: { reason: string; archivedAt?: number | undefined } | undefined;
  createdAt?: number | undefined;
  confidentiality?: Confidentiality | undefined;
  opportunityLocation?: string | undefined;
  /** How the application came about: made by a user when absent. */
  appliedThrough?: 'user' | 'posting' | undefined;
}

/** The contact given by id, or the one with any of the e-mail addresses; a match never makes a new contact. */
export function knownContact(state: LeverState, input: NewOpportunity): Contact | undefined {
  if (input.contact !== undefined) return state.contact(input.contact);
  for (const email of input.emails ?? []) {
    const contact = state.contactByEmail(email);
    if (contact) return contact;
  }
  return undefined;
}

export function newContact(state: LeverState, input: NewOpportunity): Contact {
  if (input.name === undefined && (input.emails ?? []).length === 0) {
    throw badRequest('A new candidate needs at least a name or an e-mail address');
  }
  const contact: Contact = {
    id: randomUUID(),
    name: input.name ?? '',
    headline: input.headline ?? '',
    isAnonymized: false,
    location: input.location ?? '',
    emails: unique(input.emails ?? []),
    phones: input.phones ?? [],
    links: unique(input.links ?? []),
    dataProtection: { interviewIntelligence: { allowed: true, expiresAt: null } },
  };
  state.contacts.set(contact.id, contact);
  return contact;
}

/**
 * Turns an opportunity into one as old live records are: `updatedAt` null, stage changes by nobody, followers named
 * twice, an unspecified location, telephone numbers without a type.
 */
export function ageRecord(state: LeverState, opportunity: Opportunity): void {
  opportunity.updatedAt = null;
  for (const change of opportunity.stageChanges) delete change.userId;
  opportunity.followers = [...opportunity.followers, ...opportunity.followers];
  opportunity.opportunityLocation = 'unspecified';
  const contact = state.contact(opportunity.contact);
  contact.phones = contact.phones.map(({ value }) => ({ value }));
}

import type { ApiKey, Credentials } from './auth/credentials';
import type { OAuthServer, TokenAnswer } from './auth/oauth-server';
import { badRequest } from './errors';
import type { Fault, Faults } from './faults';
import type { LoggedRequest, RequestFilter, RequestLog } from './log';
import type { ArchiveReason, Contact, LeverEvent, Note, Opportunity, Origin } from './model';
import { EVENTS, type Posting, type Stage, type User, type Webhook } from './model';
import { applyPatch, type Behaviour, type BehaviourPatch, type OAuthApp } from './options';
import { ageRecord } from './people';
import type { Recruiting } from './recruiting';
import { opportunityJson } from './render';
import { fileJson } from './render-files';
import { addPosting, type NewPosting } from './seed';
import type { LeverState } from './state';
import type { Delivery, WebhookDispatcher } from './webhooks/dispatcher';
import type { WebhookFault } from './webhooks/faults';
import { makeWebhook } from './webhooks/make';

export interface AdminParts {
  state: LeverState;
  recruiting: Recruiting;
  webhooks: WebhookDispatcher;
  oauth: OAuthServer;
  credentials: Credentials;
  faults: Faults;
  log: RequestLog;
}

export interface NewCandidate {
  name: string;
  email: string;
  postingId?: string | undefined;
  /** `applicant-new` when absent. */
  stage?: string | undefined;
  /** `applied` when absent. */
  origin?: Origin | undefined;
  tags?: string[] | undefined;
  confidentiality?: Opportunity['confidentiality'] | undefined;
}

/** Records to put into the account as they are, ids and times included. */
export interface AccountData {
  stages?: Stage[];
  archiveReasons?: ArchiveReason[];
  users?: User[];
  postings?: Posting[];
  contacts?: Contact[];
  opportunities?: Opportunity[];
  notes?: { opportunityId: string; note: Note }[];
  webhooks?: Webhook[];
}

/** What a test or a demo does to the account from outside. Unknown ids throw LeverError 404. */
export class LeverAdmin {
  constructor(private readonly parts: AdminParts) {}

  /** Answers the posting's id. */
  addPosting(input: NewPosting): string {
    const { state } = this.parts;
    return addPosting(state, { ...input, owner: state.superAdmin()?.id ?? null, createdAt: state.now() }).id;
  }

  setPostingTags(postingId: string, tags: string[]): void {
    this.parts.recruiting.updatePosting(postingId, { tags });
  }

  /** Answers the new opportunity's id; a known e-mail address adds it to the same contact. */
  addCandidate(input: NewCandidate): string {
    const { email, postingId: posting, stage = 'applicant-new', origin = 'applied', ...rest } = input;
    const created = this.parts.recruiting.create(
      { ...rest, emails: [email], posting, stage, origin },
      this.actor(),
    );
    return created.opportunity.id;
  }

  /** `silent`: without the webhook, like an event that Lever never sent. */
  moveCandidate(
    opportunityId: string,
    stageId: string,
    options: { userId?: string | undefined; silent?: boolean | undefined } = {},
  ): void {
    this.parts.recruiting.moveToStage(opportunityId, stageId, options.userId ?? this.actor(), options.silent);
  }

  /** With the first reason that does not mean hired, unless one is given. */
  archive(opportunityId: string, reasonId?: string): void {
    this.parts.recruiting.archive(opportunityId, reasonId ?? this.reasonOf('non-hired'));
  }

  unarchive(opportunityId: string): void {
    this.parts.recruiting.archive(opportunityId, null);
  }

  hire(opportunityId: string): void {
    this.parts.recruiting.archive(opportunityId, this.reasonOf('hired'));
  }

  delete(opportunityId: string): void {
    this.parts.recruiting.delete(opportunityId, this.actor());
  }

  /** Makes it look like an old live record: `updatedAt` null, moves by nobody, followers twice and the like. */
  ageRecord(opportunityId: string): void {
    const { state } = this.parts;
    ageRecord(state, state.opportunity(opportunityId));
  }

  /** Everything about one opportunity, as a person sees it on its page. */
  candidate(opportunityId: string) {
    const { state } = this.parts;
    const opportunity = opportunityJson(state, state.opportunity(opportunityId));
    return structuredClone({
      ...opportunity,
      posting: state.opportunity(opportunityId).application?.posting ?? null,
      notes: state.notes(opportunityId),
      files: state.files(opportunityId).map((file) => fileJson(state, opportunityId, file)),
    });
  }

  /** Ids of all opportunities, oldest first. */
  candidates(): string[] {
    return [...this.parts.state.opportunities.keys()];
  }

  /** The Super Admin's switch, for one event group or for all. */
  setWebhooksEnabled(enabled: boolean, event?: LeverEvent): void {
    const { enabledEvents } = this.parts.state;
    for (const each of event === undefined ? EVENTS : [event]) {
      if (enabled) enabledEvents.add(each);
      else enabledEvents.delete(each);
    }
  }

  /** Registered webhooks with their signature tokens, which the API does not tell again. */
  webhooks(): Webhook[] {
    return structuredClone([...this.parts.state.webhooks.values()]);
  }

  /** A webhook made by hand on the settings page. */
  addWebhook(input: {
    url: string;
    event: LeverEvent;
    origins?: Origin[] | undefined;
    /** False: without a signing token, so that deliveries carry no signature. */
    signed?: boolean | undefined;
  }): Webhook {
    return structuredClone(makeWebhook(this.parts.state, { ...input, madeBy: 'settings', credential: null }));
  }

  deliveries(filter?: { event?: string | undefined; webhookId?: string | undefined }): Delivery[] {
    return structuredClone(this.parts.webhooks.deliveries(filter));
  }

  clearDeliveries(): void {
    this.parts.webhooks.clear();
  }

  /** The Rerun button: the same bytes, or the same event under a fresh token. Resolves after the first try. */
  async rerun(deliveryId: string, options?: { freshToken?: boolean | undefined }): Promise<Delivery> {
    return structuredClone(await this.parts.webhooks.rerun(deliveryId, options));
  }

  /** The settings page's test delivery: empty data, no id. */
  async ping(webhookId: string): Promise<Delivery> {
    return structuredClone(await this.parts.webhooks.ping(webhookId));
  }

  webhookFault(fault: WebhookFault): void {
    this.parts.webhooks.faults.add(fault);
  }

  fault(fault: Fault): void {
    this.parts.faults.add(fault);
  }

  pendingFaults(): Fault[] {
    return this.parts.faults.pending();
  }

  /** Disarms the faults of routes and of webhooks. */
  clearFaults(): void {
    this.parts.faults.clear();
    this.parts.webhooks.faults.clear();
  }

  requests(filter?: RequestFilter): LoggedRequest[] {
    return structuredClone(this.parts.log.find(filter));
  }

  clearRequests(): void {
    this.parts.log.clear();
  }

  behaviour(): Behaviour {
    return structuredClone(this.parts.state.behaviour);
  }

  /** Changes the named switches; throws ZodError for unknown ones. */
  configure(patch: BehaviourPatch): void {
    applyPatch(this.parts.state.behaviour, patch);
  }

  /** Moves the account's clock forward, so that tokens age. Retries of webhooks keep to the real clock. */
  advanceClock(ms: number): void {
    this.parts.state.advanceClock(ms);
  }

  addApiKey(key: ApiKey): void {
    this.parts.credentials.addKey(key);
  }

  removeApiKey(key: string): void {
    this.parts.credentials.removeKey(key);
  }

  registerApp(app: OAuthApp): void {
    this.parts.oauth.apps.set(app.clientId, app);
  }

  /** Tokens as after an accepted consent page, without the page. */
  grant(input: { clientId: string; scope: string[]; userId?: string | undefined }): TokenAnswer {
    const app = this.parts.oauth.apps.get(input.clientId);
    if (!app) throw badRequest(`No app with the client id ${input.clientId} is registered`);
    const user = input.userId ?? this.actor();
    if (user === null) throw badRequest('The account has no Super Admin who could grant access');
    return this.parts.oauth.grantDirectly(app, user, input.scope);
  }

  grants() {
    return [...this.parts.oauth.grants.values()].map(({ id, app, scope, grantedAt, revokedAt }) => {
      return { id, clientId: app.clientId, scope: [...scope], grantedAt, revokedAt };
    });
  }

  /** Revoke access: of one grant, or of all when no id is given. */
  revoke(grantId?: string): void {
    const { oauth } = this.parts;
    for (const id of grantId === undefined ? oauth.grants.keys() : [grantId]) oauth.revoke(id);
  }

  /** In-process only: puts records into the account as they are, ids and times included. */
  load(data: AccountData): void {
    const { state } = this.parts;
    state.stages.push(...(data.stages ?? []));
    state.archiveReasons.push(...(data.archiveReasons ?? []));
    for (const user of data.users ?? []) state.users.set(user.id, user);
    for (const posting of data.postings ?? []) state.postings.set(posting.id, posting);
    for (const contact of data.contacts ?? []) state.contacts.set(contact.id, contact);
    for (const opportunity of data.opportunities ?? []) state.opportunities.set(opportunity.id, opportunity);
    for (const { opportunityId, note } of data.notes ?? []) state.notes(opportunityId).push(note);
    for (const webhook of data.webhooks ?? []) state.webhooks.set(webhook.id, webhook);
  }

  private actor(): string | null {
    return this.parts.state.superAdmin()?.id ?? null;
  }

  private reasonOf(type: ArchiveReason['type']): string {
    const reason = this.parts.state.archiveReasons.find((candidate) => candidate.type === type);
    if (!reason) throw badRequest(`The account has no archive reason of type ${type}`);
    return reason.id;
  }
}

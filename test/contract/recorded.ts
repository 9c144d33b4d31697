import { withUsableLink, withUsableLinks } from '../../activities/links';
import { FulcrumError } from '../../domain/errors';
import type { CommonSettings } from '../../domain/settings/schema';
import type {
  AnyInvitingVendor,
  AnyVendor,
  InvitationQuery,
  InviteInput,
  PlanInput,
  RawCallback,
  RunReference,
  VendorCall,
} from '../../vendors/define';
import { isInviting } from '../../vendors/define';
import type { ContractCase, NamedCase } from './cases';
import { replayHttp } from './replay-http';

/** One suite for all vendors: each recorded case is played against the definition. */

const baseUrl = 'https://vendor.example/api';

export function keepsContract(definition: AnyVendor, cases: readonly NamedCase[]): void {
  it.each(cases)('$name', async ({ one }) => {
    const outcome = await play(definition, one);
    if (one.error !== undefined) {
      expect(outcome).toMatchObject({ error: one.error });
    } else {
      const expected = { output: one.output ?? null };
      const compared = saysWhy(one) ? withoutTexts : asData;
      expect(compared(outcome)).toEqual(compared(expected));
    }
  });
}

/** Plans that say in words why a run is where it is: those words, which {@link keepsContract} leaves out. */
export function keepsWords(definition: AnyVendor, cases: readonly NamedCase[]): void {
  it.each(cases.filter(({ one }) => saysWhy(one)))('$name', async ({ one }) => {
    expect(await play(definition, one)).toEqual({ output: one.output ?? null });
  });
}

async function play(definition: AnyVendor, one: ContractCase): Promise<Record<string, unknown>> {
  const http = replayHttp(baseUrl, one.exchange);
  const outcome = await settle(() => perform(definition, one, http));
  http.finish();
  return outcome;
}

const saysWhy = ({ operation, input }: ContractCase): boolean =>
  operation === 'plan' && (input['reason'] ?? null) !== null;

const withoutTexts = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (key, part: unknown) => (key === 'text' ? '…' : part)));

/** An exception that is no fault of the hub's own vocabulary is a fault of the adapter, so it is let through. */
async function settle(run: () => unknown): Promise<Record<string, unknown>> {
  try {
    // Through JSON, because that is how the hub keeps and passes it on.
    return { output: asData(await run()) };
  } catch (error) {
    if (!(error instanceof FulcrumError)) throw error;
    const { code, message, retryAfterMs } = error;
    return { error: { code, message, retryAfterMs } };
  }
}

/** What answers nothing is written as null. */
const asData = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null));

function perform(
  definition: AnyVendor,
  one: ContractCase,
  http: VendorCall<unknown, CommonSettings>['http'],
): unknown {
  const settings = definition.settings.parse(one.settings);
  const credentials = definition.credentials.parse(one.credentials);
  const call: VendorCall<unknown, CommonSettings> = {
    connectionId: 'con_1',
    credentials,
    settings,
    baseUrl,
    http,
  };
  const { callback, pushedCatalogue } = definition;
  const missing = (): Error => new Error(`${definition.id} has no ${one.operation}`);
  const inviting = (): AnyInvitingVendor => {
    if (isInviting(definition)) return definition;
    throw missing();
  };
  switch (one.operation) {
    case 'listAssessments':
      return definition.requests.listAssessments(call);
    case 'invite':
      // As the activities do: what people click on is checked for all vendors in one place.
      return inviting()
        .requests.invite(call, one.input as unknown as InviteInput)
        .then((invitation) => withUsableLink(definition, invitation));
    case 'find': {
      const { find } = inviting().requests;
      if (!find) throw missing();
      return find(call, one.input as unknown as InvitationQuery).then(
        (invitation) => invitation && withUsableLink(definition, invitation),
      );
    }
    case 'result':
      return inviting()
        .requests.result(call, one.input as unknown as RunReference)
        .then((result) => withUsableLinks(definition, result));
    case 'status':
    case 'remind':
    case 'cancel': {
      const operation = inviting().requests[one.operation];
      if (!operation) throw missing();
      return operation(call, one.input as unknown as RunReference);
    }
    case 'extend': {
      const { extend } = inviting().requests;
      if (!extend) throw missing();
      const { until, ...run } = one.input as unknown as RunReference & { until: number };
      return extend(call, run, until);
    }
    case 'route':
      return inviting().route({
        ...(one.input as unknown as Parameters<AnyInvitingVendor['route']>[0]),
        settings,
      });
    case 'plan':
      return definition.plan(planInput(one.input, settings));
    case 'callback': {
      const { raw, addressee } = rawCallback(one.input);
      callback.verify(raw, credentials);
      // As the route does: the address names the run, and a message may have to agree.
      return callback.parse(raw, addressee).news;
    }
    case 'pushedCatalogue': {
      if (!pushedCatalogue) throw missing();
      const { raw } = rawCallback(one.input);
      callback.verify(raw, credentials);
      const { entries, asOf } = pushedCatalogue.parse(raw);
      return { entries, asOf };
    }
  }
}

/** `stages` of a case stands for the account: name → id. */
function planInput(input: Record<string, unknown>, settings: CommonSettings): PlanInput<CommonSettings> {
  const { stages = {}, ...given } = input as { stages?: Record<string, string> };
  const nothing = {
    reason: null,
    route: null,
    inheritTags: [],
    presentTags: [],
    invitation: null,
    result: null,
    openSiblings: 0,
  };
  return {
    ...nothing,
    ...(given as unknown as Pick<PlanInput<CommonSettings>, 'trigger'>),
    settings,
    stageId: (idOrName) => stages[idOrName] ?? null,
  };
}

/** `body` of a case is text, or JSON that is sent as such; `addressee` is the assessment that the address names. */
function rawCallback(input: Record<string, unknown>): { raw: RawCallback; addressee?: string } {
  const {
    body = '',
    addressee,
    ...given
  } = input as Partial<Omit<RawCallback, 'body'>> & { body?: unknown; addressee?: string };
  const raw = {
    method: 'POST',
    headers: {},
    pathRest: '',
    query: {},
    receivedAt: 1_767_225_600_000,
    ...given,
    body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
  };
  return { raw, ...(addressee !== undefined && { addressee }) };
}

import type {
  AnyVendor,
  InviteInput,
  PlanInput,
  RawCallback,
  RunReference,
  VendorCall,
} from '../../vendors/define';
import { registry, vendor } from '../../vendors/registry';
import { FulcrumError } from '../../domain/errors';
import type { CommonSettings } from '../../domain/settings';
import { casesOf } from './cases';
import type { ContractCase } from './cases';
import { replayHttp } from './replay-http';

/** One suite over every vendor in the registry: a new vendor gets its tests by writing down cases. */

const baseUrl = 'https://vendor.example/api';

describe.each(Object.keys(registry))('%s keeps its recorded contract', (id) => {
  it.each(casesOf(id))('$name', async ({ one }) => {
    const http = replayHttp(baseUrl, one.exchange);
    const outcome = await settle(() => perform(vendor(id), one, http));
    http.finish();
    if (one.error !== undefined) {
      expect(outcome).toMatchObject({ error: one.error });
    } else {
      expect(outcome).toEqual({ output: one.output ?? undefined });
    }
  });
});

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

const asData = (value: unknown): unknown =>
  value === undefined ? undefined : JSON.parse(JSON.stringify(value));

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
  const { requests } = definition;
  switch (one.operation) {
    case 'listAssessments':
      return requests.listAssessments(call);
    case 'invite':
      return requests.invite(call, one.input as unknown as InviteInput);
    case 'status':
    case 'result':
    case 'remind':
    case 'cancel': {
      const operation = requests[one.operation];
      if (!operation) throw new Error(`${definition.id} has no ${one.operation}`);
      return operation(call, one.input as unknown as RunReference);
    }
    case 'route':
      return definition.route({ ...(one.input as unknown as Parameters<AnyVendor['route']>[0]), settings });
    case 'plan':
      return definition.plan(planInput(one.input, settings));
    case 'callback': {
      const raw = rawCallback(one.input);
      definition.callback.verify(raw, credentials);
      return definition.callback.parse(raw);
    }
  }
}

/** `stages` of a case stands for the account: name → id. */
function planInput(input: Record<string, unknown>, settings: CommonSettings): PlanInput<CommonSettings> {
  const { stages = {}, ...given } = input as { stages?: Record<string, string> };
  const nothing = {
    detail: null,
    route: null,
    inheritTags: [],
    presentTags: [],
    invitation: null,
    result: null,
    openSiblings: 0,
  };
  return {
    ...nothing,
    ...(given as unknown as Pick<PlanInput<CommonSettings>, 'moment'>),
    settings,
    stageId: (idOrName) => stages[idOrName] ?? null,
  };
}

/** `body` of a case is text, or JSON that is sent as such. */
function rawCallback(input: Record<string, unknown>): RawCallback {
  const { body = '', ...given } = input as Partial<Omit<RawCallback, 'body'>> & { body?: unknown };
  return {
    method: 'POST',
    headers: {},
    pathRest: '',
    query: {},
    receivedAt: 1_767_225_600_000,
    ...given,
    body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
  };
}

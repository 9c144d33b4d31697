import { FulcrumError } from '../../../domain/errors';
import type { CommonSettings } from '../../../domain/settings/schema';
import type { VendorCall } from '../../../vendors/define';
import { isInviting } from '../../../vendors/define';
import { registry } from '../../../vendors/registry';
import { casesOf } from '../../contract/cases';

/** Ids that a vendor's answer or message named stand in addresses of its API; none may lead to another one. */

const route = { assessmentRef: '1', assessmentName: 'One', options: {} };

const called = Object.values(registry).filter(isInviting);

describe.each(called.map((vendor) => [vendor.id, vendor] as const))('%s', (id, vendor) => {
  it.each(['.', '..', '..:..'])('is asked about no other address by the id %s', async (vendorRef) => {
    const asked: string[] = [];
    const [first] = casesOf(id);
    const call: VendorCall<unknown, CommonSettings> = {
      connectionId: 'con_1',
      settings: vendor.settings.parse(first?.one.settings ?? {}),
      credentials: vendor.credentials.parse(first?.one.credentials ?? {}),
      baseUrl: 'https://vendor.example/api',
      http: {
        request: ({ url }) => {
          asked.push(url);
          return Promise.reject(new FulcrumError('vendor.unavailable', 'not here'));
        },
      },
    };
    const run = { assessmentId: 'asm-1', vendorRef, route };
    const { status, result, remind, cancel, extend, find } = vendor.requests;
    for (const ask of [
      () => status?.(call, run),
      () => result(call, run),
      () => remind?.(call, run),
      () => cancel?.(call, run),
      () => extend?.(call, run, 1),
      () => find?.(call, { assessmentId: 'asm-1', knownRef: vendorRef }),
    ]) {
      await Promise.resolve()
        .then((): unknown => ask())
        .catch((error: unknown) => expect(error).toBeInstanceOf(FulcrumError));
    }
    const steps = asked.flatMap((url) => new URL(url).pathname.split('/'));
    expect(asked.map((url) => new URL(url).href)).toEqual(asked);
    expect(steps).not.toContain('..');
  });
});

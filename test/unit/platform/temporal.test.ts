import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import type { Payload } from '@temporalio/common';
import { defaultPayloadConverter } from '@temporalio/common';
import fc from 'fast-check';
import type { FulcrumError } from '../../../domain/errors';
import { isUnsealed } from '../../../domain/unsealed';
import { createBreaker } from '../../../platform/temporal/breaker';
import { connectTemporal } from '../../../platform/temporal/client';
import { EncryptionCodec, keyIdKey } from '../../../platform/temporal/codec';
import { createDataConverter } from '../../../platform/temporal/data-converter';
import { failureConverter } from '../../../platform/temporal/failure-converter';
import { testRing } from '../../helpers/keys';
import { until } from '../../helpers/until';

describe('payload codec', () => {
  const codec = new EncryptionCodec(testRing('k1'));

  it('gives back any payload, and shows nothing of it meanwhile', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.jsonValue(), { maxLength: 4 }), async (values) => {
        const payloads = values.map((value) => defaultPayloadConverter.toPayload(value));
        const decoded = await codec.decode(await codec.encode(payloads));
        expect(decoded.map((payload) => defaultPayloadConverter.fromPayload(payload))).toEqual(
          payloads.map((payload) => defaultPayloadConverter.fromPayload(payload)),
        );
      }),
      { numRuns: 50 },
    );
    const [sealed] = await codec.encode([defaultPayloadConverter.toPayload('Ann Lee')]);
    expect(Buffer.from(sealed?.data ?? []).toString('latin1')).not.toContain('Ann');
    expect(Buffer.from(sealed?.metadata?.[keyIdKey] ?? []).toString()).toBe('k1');
  });

  it('opens what an older key sealed, names a key that is gone, and passes plain payloads through', async () => {
    const sealed = await codec.encode([defaultPayloadConverter.toPayload('kept')]);
    const rotated = await new EncryptionCodec(testRing('k2', 'k1')).decode(sealed);
    expect(rotated.map((payload) => defaultPayloadConverter.fromPayload(payload))).toEqual(['kept']);
    await expect(new EncryptionCodec(testRing('k2')).decode(sealed)).rejects.toThrow('"k1"');
    const plain = [defaultPayloadConverter.toPayload('plain')];
    expect(await codec.decode(plain)).toEqual(plain);
  });

  it('shows people what is not sealed as it is, and marks it for workers and clients, whatever it claims to be', async () => {
    const acting = new EncryptionCodec(testRing('k1'), 'marked');
    const read = async (payload: Payload): Promise<unknown> => {
      const [decoded] = await acting.decode([payload]);
      return decoded && defaultPayloadConverter.fromPayload(decoded);
    };
    const [sealed] = await codec.encode([defaultPayloadConverter.toPayload({ by: 'the hub' })]);
    const broken = { ...(sealed as Payload), data: Buffer.alloc(64, 7) };
    // A key that has opened nothing may be the wrong one of that name: nothing is taken for somebody else's by it.
    await expect(acting.decode([broken])).rejects.toThrow();
    expect(await read(sealed as Payload)).toEqual({ by: 'the hub' });
    for (const value of [null, 'x', 0, { by: 'a stranger' }, [1]]) {
      expect(isUnsealed(await read(defaultPayloadConverter.toPayload(value)))).toBe(true);
    }
    expect(isUnsealed(await read(broken))).toBe(true);
    expect(isUnsealed(await read({ metadata: {}, data: Buffer.from('x') }))).toBe(true);
    expect(isUnsealed(await read({}))).toBe(true);
    await expect(codec.decode([broken])).rejects.toThrow();
  });

  it('never takes for a mark what the hub has sealed itself', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(isUnsealed(value)).toBe(false);
      }),
    );
  });

  it('takes messages and stacks of failures along', async () => {
    const failure = failureConverter.errorToFailure(new Error('about Ann'), defaultPayloadConverter);
    expect(JSON.stringify({ ...failure, encodedAttributes: undefined })).not.toContain('Ann');
    expect(failure.encodedAttributes).toBeDefined();
  });

  it('is one converter per ring', () => {
    const ring = testRing();
    expect(createDataConverter(ring)).toBe(createDataConverter(ring));
    expect(createDataConverter(ring)).not.toBe(createDataConverter(testRing()));
  });
});

describe('breaker', () => {
  it('turns an absent server into temporal.unavailable, opens, and looks again after its pause', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));

    const temporal = { address: `127.0.0.1:${port}`, namespace: 'default' };
    const { client, close } = await connectTemporal({ temporal }, testRing());
    try {
      const breaker = createBreaker({ client, deadlineMs: 300, halfOpenAfterMs: 2_000 });
      let asked = 0;
      const ask = () =>
        breaker.run(() => {
          asked += 1;
          return client.workflow.start('assessment', { workflowId: 'w', taskQueue: 'q' });
        });
      await expect(ask()).rejects.toMatchObject({ code: 'temporal.unavailable' });
      expect(breaker.state).toBe('open');
      await expect(ask()).rejects.toMatchObject({ code: 'temporal.unavailable' });
      expect(asked).toBe(1);
      const answer = await until(
        'it looks again',
        () => breaker.run(async () => 'back').catch((error: FulcrumError) => error.code),
        (said) => said !== 'temporal.unavailable',
      );
      expect(answer).toBe('back');
      expect(breaker.state).toBe('closed');
    } finally {
      await close();
    }
  });

  it('lets every other error through, and stays closed', async () => {
    const breaker = createBreaker({ client: { withDeadline: (_deadline, fn) => fn() } });
    await expect(breaker.run(() => Promise.reject(new Error('already started')))).rejects.toThrow(
      'already started',
    );
    expect(breaker.state).toBe('closed');
  });

  it('needs an address', async () => {
    const temporal = { address: null, namespace: 'default' };
    await expect(connectTemporal({ temporal }, testRing())).rejects.toThrow('TEMPORAL_ADDRESS');
  });
});

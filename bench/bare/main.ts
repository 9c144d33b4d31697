import { NativeConnection, Worker } from '@temporalio/worker';
import { loadConfig } from '../../platform/config';
import { hubKeys } from '../../platform/development-keys';
import { createHttpClient } from '../../platform/http/client';
import { createLogger } from '../../platform/log';
import { connectTemporal } from '../../platform/temporal/client';
import { createDataConverter } from '../../platform/temporal/data-converter';
import { remoteLeverAdmin } from '../../simulators/lever/remote';
import { vendorRoots } from '../../vendors/registry';
import { installRuntime } from '../../workers/runtime';
import { serve } from '../child';
import { createBareActivities } from './activities';
import { createBareApp } from './app';
import { bareQueue } from './messages';

/** Temporal without the hub: route and worker in one process, the same codec, the SDK's own settings. */
async function main(): Promise<void> {
  const config = loadConfig(process.env, vendorRoots);
  const { ring } = hubKeys(config);
  installRuntime(config, createLogger({ level: config.logLevel, name: 'bench-bare' }));
  const { client } = await connectTemporal(config, ring);
  const worker = await Worker.create({
    connection: await NativeConnection.connect({ address: config.temporal.address ?? '' }),
    dataConverter: createDataConverter(ring),
    taskQueue: bareQueue,
    workflowsPath: require.resolve('./workflow'),
    activities: createBareActivities({
      http: createHttpClient({ timeoutMs: config.httpTimeoutMs, userAgent: 'bare' }),
      leverUrl: config.lever.production.apiUrl,
      smgUrl: config.vendors['smg']?.baseUrl ?? '',
    }),
  });
  const working = worker.run();
  const signatureTokens: string[] = [];
  await new Promise<void>((resolve) => {
    createBareApp({ client, publicUrl: config.publicUrl, signatureTokens }).listen(config.port, () =>
      resolve(),
    );
  });
  serve({
    async connect() {
      const webhookUrl = `${config.publicUrl}/webhooks/lever`;
      const lever = remoteLeverAdmin(String(process.env['BENCH_LEVER_ADMIN']));
      const { signatureToken } = await lever.addWebhook({ url: webhookUrl, event: 'candidateStageChange' });
      if (signatureToken === null) throw new Error('Lever gave the webhook no signature token');
      signatureTokens.push(signatureToken);
      return { webhookUrl, signatureToken };
    },
    async pauseWorkers() {
      worker.shutdown();
      await working;
    },
  });
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});

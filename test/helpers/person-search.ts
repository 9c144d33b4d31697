import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import type { Payload } from '@temporalio/common';
import type { temporal } from '@temporalio/proto';
import { Client as PgClient } from 'pg';
import { sealedTables } from '../../db/sealed-columns';
import type { KeyRing } from '../../platform/crypto/keyring';
import { open } from '../../platform/crypto/seal';
import { EncryptionCodec } from '../../platform/temporal/codec';

/** Looks for a person wherever the hub keeps anything, with the hub's own keys: what is sealed is opened. */

export interface Searched {
  databaseUrl: string;
  client: Client;
  ring: KeyRing;
  /** Folders whose files are read. */
  folders: readonly string[];
  /** Everything that was logged: ids may stand there for ever, so only these words count in it. */
  log: { lines: readonly string[]; words: readonly string[] };
}

type Row = Record<string, unknown>;

/** Names of the places where any of the words stands, e.g. `table deliveries`, `history`, `visibility`, `log`. */
export async function placesOf(searched: Searched, words: readonly string[]): Promise<string[]> {
  const wanted = words.map((word) => word.toLowerCase());
  const has = (text: string): boolean => {
    const plain = text.toLowerCase();
    return wanted.some((word) =>
      // A number stands in many a time and size: it counts as a whole alone.
      /^\d+$/.test(word) ? new RegExp(`(?<![\\d.])${word}(?![\\d.])`).test(plain) : plain.includes(word),
    );
  };
  const found = new Set<string>();
  for (const [table, texts] of await tablesOf(searched)) if (texts.some(has)) found.add(`table ${table}`);
  for await (const [place, text] of temporalOf(searched)) if (has(text)) found.add(place);
  for (const folder of searched.folders) {
    for (const file of await filesIn(folder)) {
      if (has((await readFile(file)).toString('latin1'))) found.add(`file ${file}`);
    }
  }
  const { lines, words: names } = searched.log;
  if (lines.some((line) => names.some((name) => line.toLowerCase().includes(name.toLowerCase()))))
    found.add('log');
  return [...found].sort();
}

async function tablesOf({ databaseUrl, ring }: Searched): Promise<Map<string, string[]>> {
  const database = new PgClient({ connectionString: databaseUrl });
  await database.connect();
  try {
    const { rows } = await database.query<{ table_name: string }>(
      `select table_name from information_schema.tables where table_schema = 'public'`,
    );
    const tables = new Map<string, string[]>();
    for (const { table_name: table } of rows) {
      const lines = (await database.query<Row>(`select * from "${table}"`)).rows;
      tables.set(
        table,
        lines.flatMap((line) =>
          Object.entries(line).map(([column, value]) => textIn(ring, table, column, value, line)),
        ),
      );
    }
    return tables;
  } finally {
    await database.end();
  }
}

function textIn(ring: KeyRing, table: string, column: string, value: unknown, row: Row): string {
  if (!Buffer.isBuffer(value)) return typeof value === 'string' ? value : JSON.stringify(value ?? null);
  if (!column.endsWith('_sealed')) return value.toString('latin1');
  const place = sealedTables.find((one) => one.table === table)?.places[column];
  if (place === undefined) throw new Error(`nobody has said how ${table}.${column} is opened`);
  const words = Object.fromEntries(Object.entries(row).map(([name, part]) => [name, String(part)]));
  return open(ring, value, place(words)).toString('utf8');
}

async function* temporalOf({ client, ring }: Searched): AsyncGenerator<[string, string]> {
  const { namespace } = client.options;
  const codec = new EncryptionCodec(ring);
  const service = client.workflowService;
  const text = (message: unknown): Promise<string> => opened(codec, message);
  let nextPageToken: Uint8Array = new Uint8Array(0);
  do {
    const page = await service.listWorkflowExecutions({ namespace, pageSize: 200, nextPageToken });
    for (const info of page.executions) {
      yield ['visibility', await text(info)];
      const type = info.type?.name ?? '';
      for (let token: Uint8Array | null = new Uint8Array(0); token !== null;) {
        const answer: temporal.api.workflowservice.v1.IGetWorkflowExecutionHistoryResponse | null =
          await service
            .getWorkflowExecutionHistory({ namespace, execution: info.execution ?? {}, nextPageToken: token })
            .catch(() => null);
        // Gone since it was listed.
        if (answer === null) break;
        yield [`history ${type}`, await text(answer.history)];
        token = answer.nextPageToken?.length ? answer.nextPageToken : null;
      }
    }
    ({ nextPageToken } = page);
  } while (nextPageToken.length > 0);
  for await (const { scheduleId } of client.schedule.list()) {
    yield ['schedule', await text(await service.describeSchedule({ namespace, scheduleId }))];
  }
}

/** A message of Temporal's as text, with its payloads opened wherever they stand. */
async function opened(codec: EncryptionCodec, message: unknown): Promise<string> {
  const parts: string[] = [];
  const walk = async (value: unknown): Promise<void> => {
    if (typeof value === 'object' && value !== null && 'data' in value && 'metadata' in value) {
      const [payload] = await codec.decode([value as Payload]);
      parts.push(Buffer.from(payload?.data ?? []).toString('utf8'));
    } else if (ArrayBuffer.isView(value))
      parts.push(Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('latin1'));
    else if (typeof value === 'object' && value !== null) {
      for (const [key, inner] of Object.entries(value)) {
        parts.push(key);
        await walk(inner);
      }
    } else parts.push(String(value));
  };
  await walk(message);
  return parts.join('\n');
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

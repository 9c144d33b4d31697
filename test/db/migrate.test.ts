import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { migrate } from '../../db/migrate';
import { createTestDatabase, serverUrl } from '../helpers/database';

it('runs once when several processes start at once on an empty database', async () => {
  const name = `fulcrum_test_${randomBytes(6).toString('hex')}`;
  const admin = new Client({ connectionString: serverUrl() });
  await admin.connect();
  await admin.query(`create database ${name}`);
  try {
    const url = new URL(serverUrl());
    url.pathname = `/${name}`;
    const done = await Promise.all([1, 2, 3].map(() => migrate({ url: url.toString() })));
    const files = readdirSync(join(__dirname, '../../db/migrations')).sort();
    expect(done.flat()).toEqual(files.map((file) => file.replace(/\.ts$/, '')));
    expect(await migrate({ url: url.toString() })).toEqual([]);
  } finally {
    await admin.query(`drop database ${name} with (force)`);
    await admin.end();
  }
});

it('refuses a database that a newer hub has migrated, and says what to do', async () => {
  const { url, drop } = await createTestDatabase();
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(
      `insert into kysely_migration (name, timestamp) values ('9999_future', '2030-01-01T00:00:00Z')`,
    );
    await expect(migrate({ url })).rejects.toThrow('newer than this version of the hub (it has 9999_future)');
  } finally {
    await client.end();
    await drop();
  }
});

it('gives the sentences of old deliveries their codes, and leaves words that no code stands for', async () => {
  const { url, drop } = await createTestDatabase('0008_connect_answers');
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const old = [
      ['held', 'more than 50 came at once: release or discard them', 'too_many', null],
      [
        'held',
        'the connection is impaired: it was refused',
        'connection_not_active',
        'impaired: it was refused',
      ],
      ['held', 'it could not be processed: internal', 'unprocessable', 'internal'],
      ['ignored', 'the connection is disabled', 'connection_disabled', null],
      [
        'held',
        'it could not be processed: no key of FULCRUM_KEYS opens the stored message: it is damaged, or a key is missing that has to be put back',
        'unopened',
        null,
      ],
      ['duplicate', 'the same event was taken with delivery dlv_1', 'taken_with_another', 'dlv_1'],
      ['rejected', 'bad_signature', 'bad_signature', null],
      ['ignored', 'words of yesterday', 'words of yesterday', null],
      ['started', null, null, null],
    ];
    for (const [index, [verdict, reason]] of old.entries()) {
      await client.query(
        `insert into deliveries (id, source, connection_id, event_key, event, received_at, verdict, reason)
         values ($1, 'lever', 'con_1', $1, 'candidateStageChange', now(), $2, $3)`,
        [`${index}`, verdict, reason],
      );
    }
    await migrate({ url });
    const { rows } = await client.query('select verdict, reason, reason_detail from deliveries order by id');
    expect(rows.map(Object.values)).toEqual(old.map(([verdict, , code, detail]) => [verdict, code, detail]));
  } finally {
    await client.end();
    await drop();
  }
});

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

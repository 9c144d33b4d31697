import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { canChangeAudit } from '../../db/application-role';
import { migrate } from '../../db/migrate';
import { createTestDatabase, type TestDatabase } from '../helpers/database';

/** The role that the hub works with adds lines to the audit and changes none (decision 0042). */

let database: TestDatabase;
let application: Client;
let applicationUrl: string;
const role = `fulcrum_app_${randomBytes(4).toString('hex')}`;

beforeAll(async () => {
  database = await createTestDatabase();
  const url = new URL(database.url);
  url.username = role;
  url.password = 'of-the-application';
  applicationUrl = url.toString();
  for (const _time of [1, 2]) await migrate({ url: database.url, applicationUrl });
  application = new Client({ connectionString: applicationUrl });
  await application.connect();
});
afterAll(async () => {
  await application.end();
  const owner = new Client({ connectionString: database.url });
  await owner.connect();
  await owner.query(`drop owned by ${role}`);
  await owner.query(`drop role ${role}`);
  await owner.end();
  await database.drop();
});

it('is told from a role that could change the audit', async () => {
  expect(await canChangeAudit(applicationUrl)).toBe(false);
  expect(await canChangeAudit(database.url)).toBe(true);
});

it.each([
  "update audit set actor = 'nobody'",
  'delete from audit',
  'truncate audit',
  'alter table audit drop column actor',
  'drop trigger audit_kept on audit',
  'drop table audit',
])('may not: %s', async (statement) => {
  await expect(application.query(statement)).rejects.toMatchObject({ code: '42501' });
});

it('has old lines removed, and no young ones', async () => {
  await application.query(
    "insert into audit (actor, action, target, at) values ('a', 'x', 'old', now() - interval '731 days'), ('a', 'x', 'young', now())",
  );
  const { rows } = await application.query('select fulcrum_forget_audit()::int as gone');
  expect(rows).toEqual([{ gone: 1 }]);
  const left = await application.query("select target from audit where action = 'x'");
  expect(left.rows).toEqual([{ target: 'young' }]);
});

it('is not changed by its owner either, but for sealing anew', async () => {
  const owner = new Client({ connectionString: database.url });
  await owner.connect();
  try {
    await expect(owner.query("update audit set actor = 'nobody'")).rejects.toMatchObject({ code: '42501' });
    await expect(owner.query('delete from audit')).rejects.toMatchObject({ code: '42501' });
    await expect(owner.query('truncate audit')).rejects.toMatchObject({ code: '42501' });
    await owner.query("update audit set detail_sealed = 'anew' where target = 'young'");
  } finally {
    await owner.end();
  }
});

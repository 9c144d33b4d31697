import { ada, create, start } from './smg-testkit';

const submit = (page: URL | string, fields: Record<string, string>): Promise<Response> => {
  const link = new URL(page);
  return fetch(new URL('/app_link/submit.html', link), {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ ...Object.fromEntries(link.searchParams), ...fields }),
  });
};
const allAnswers = Object.fromEntries([
  ...Array.from({ length: 10 }, (_, index) => [`q${index + 1}`, index % 2 === 0 ? '5' : '1']),
  ['q11', 'To <lead>'],
]) as Record<string, string>;

describe('pages', () => {
  const text = async (address: unknown): Promise<string> => (await fetch(String(address))).text();

  test('mailbox, questionnaire, thank-you page, then a dead link and a report', async () => {
    const smg = await start();
    const made = await create(smg, { app_email: 'ada@example.com' });
    expect(await text(`${smg.url}/mailbox`)).toContain('/mailbox/1');
    const mail = await text(`${smg.url}/mailbox/1`);
    expect(mail).toContain('Dear Ada &lt;b&gt;Lovelace&lt;/b&gt;');
    const link = String(made['app_link_full']);
    expect(mail).toContain(link.replaceAll('&', '&amp;'));
    const [seen] = smg.admin.applications();
    expect(await text(seen?.repLink)).toContain('not been completed');

    expect(await text(link)).toContain('<legend>1. self-starting</legend>');
    expect(smg.admin.applications()[0]?.status).toBe('in_progress');
    const gaps = await submit(link, { q1: '4', q2: '9', q11: '"hi"' });
    const form = await gaps.text();
    expect([gaps.status, form.includes('href="#q2"'), form.includes('href="#q1"')]).toEqual([
      422,
      true,
      false,
    ]);
    expect(form).toContain('&quot;hi&quot;');

    const done = await submit(link, allAnswers);
    expect([done.status, done.headers.get('location')]).toEqual([303, '/app_link/thank_you.html']);
    expect(await text(`${smg.url}/app_link/thank_you.html`)).toContain('Thank you');
    const dead = await fetch(link);
    expect([dead.status, await dead.text()]).toEqual([
      410,
      expect.stringContaining('already been completed'),
    ]);
    expect((await submit(link, allAnswers)).status).toBe(410);
    expect((await fetch(link.replace(/app_link=\w+/, 'app_link=00'))).status).toBe(404);

    const report = await text(seen?.repLink);
    for (const part of [
      "Manager's report",
      'Candidate feedback',
      'seek in a job',
      'avoid in a job',
      '<meter',
    ]) {
      expect(report).toContain(part);
    }
    expect(report).not.toContain('To &lt;lead&gt;');
    expect(await text(`${seen?.repLink}&advanced=1`)).toContain('To &lt;lead&gt;');
    const shared = /href="([^"]+feedback[^"]+)"/.exec(report)?.[1]?.replaceAll('&amp;', '&');
    expect(await text(shared)).not.toContain('Questions for the interview');
  });

  test('the report switches between the completed roles of one e-mail, with the account’s own sections', async () => {
    const smg = await start({ account: { reportSections: [{ title: 'House rules', text: 'Be <kind>' }] } });
    const leader = String((await create(smg))['application_id']);
    const seller = String((await create(smg, { position_id: '10002066' }))['application_id']);
    const other = await create(smg, { fields: [{ n: 'email', v: 'eve@example.com' }, ada[1]] });
    const open = String((await create(smg, { position_id: '10002068' }))['application_id']);
    for (const id of [leader, seller, String(other['application_id'])]) smg.admin.complete(id);
    const report = await text(smg.admin.application(leader).repLink);
    const roles = /<select id="role"[\s\S]*?<\/select>/.exec(report)?.[0];
    expect(roles?.match(/<option/g)).toHaveLength(2);
    expect(report).toContain('Be &lt;kind&gt;');
    const rerun = await text(`${smg.admin.application(leader).repLink}&role=${seller}`);
    expect(rerun).toMatch(/EPOP Sales,\s+completed/);
    const again = await text(`${smg.admin.application(leader).repLink}&role=${leader}&position=10002068`);
    expect(again).toMatch(/EPOP Service, from the answers given for EPOP Leadership,\s+completed/);
    expect((await fetch(`${smg.admin.application(leader).repLink}&position=99`)).status).toBe(404);
    for (const id of [open, String(other['application_id'])]) {
      expect((await fetch(`${smg.admin.application(leader).repLink}&role=${id}`)).status).toBe(404);
    }
  });

  test('a client writes the sections of its reports itself', async () => {
    const smg = await start();
    const settings = `${smg.url}/report-settings`;
    const post = (fields: Record<string, string>): Promise<Response> =>
      fetch(settings, { method: 'POST', body: new URLSearchParams(fields) });
    const faulty = await post({ title: ' ', text: 'x' });
    expect([faulty.status, await faulty.text()]).toEqual([422, expect.stringContaining('Give the section')]);
    await post({ title: 'First', text: 'one' });
    await post({ title: '<Second>', text: 'two' });
    expect(await text(settings)).toContain('Remove &lt;Second&gt;');
    await post({ remove: '0' });
    const id = String((await create(smg))['application_id']);
    smg.admin.complete(id);
    const report = await text(smg.admin.application(id).repLink);
    expect([report.includes('First'), report.includes('&lt;Second&gt;')]).toEqual([false, true]);
  });
});

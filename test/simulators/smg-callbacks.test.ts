import { until } from '../helpers/until';
import { basic, called, create, partner, start } from './smg-testkit';

describe('callbacks', () => {
  test('address, method, credentials and body follow the application and the account', async () => {
    const hub = await partner(200);
    const smg = await start({
      account: {
        config: `ver|1|url|${hub.url}/account|ext_notify|yes|auth|me:secret|not_headers|x-a,1`,
      },
    });
    const byAccount = String((await create(smg))['application_id']);
    const own = String((await create(smg, { app_url: `${hub.url}/k/[___API_ID___]?x` }))['application_id']);
    smg.admin.complete(byAccount);
    await called(hub, 1);
    expect(hub.calls[0]).toMatchObject({ method: 'PATCH', path: `/account/${byAccount}` });
    expect(hub.calls[0]?.headers).toMatchObject({ authorization: basic('me', 'secret'), 'x-a': '1' });
    expect(JSON.parse(hub.calls[0]?.body ?? '')).toEqual({
      application_id: byAccount,
      position_id: '10002063',
      aname: 'EPOP Leadership',
      started: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) as unknown,
      completed: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) as unknown,
      report_id: expect.stringMatching(/^\d+$/) as unknown,
      report_name: 'EPOP',
    });
    smg.admin.setAccount({ config: 'not_method|1' });
    smg.admin.complete(own);
    await called(hub, 2);
    expect(hub.calls[1]).toMatchObject({ method: 'POST', path: `/k/${own}?x`, body: '' });
    smg.admin.setAccount({ config: 'not_method|2|ext_notify|yes' });
    smg.admin.resendCallback(own);
    await called(hub, 3);
    expect(hub.calls[2]).toMatchObject({ method: 'GET', path: `/k/${own}?x`, body: '' });
  });

  test('http_err and no answer are retried along the ladder, any other status ends it for ever', async () => {
    const ladder = [{ everyMs: 10, untilMs: Number.POSITIVE_INFINITY }];
    const smg = await start({ account: { config: 'http_err|503,500' }, callbackLadder: ladder });
    const outcomes = async (...statuses: number[]): Promise<unknown[]> => {
      const hub = await partner(...statuses);
      const id = String((await create(smg, { app_url: `${hub.url}/[___APP_ID___]` }))['application_id']);
      smg.admin.complete(id);
      const attempts = (): ReturnType<typeof smg.admin.callbacks> =>
        smg.admin.callbacks({ applicationId: id });
      const all = await until(
        'it is settled',
        attempts,
        (made) => made.length > 0 && made.at(-1)?.outcome !== 'retry',
      );
      return all.map(({ status, outcome }) => [status, outcome]);
    };
    expect(await outcomes(503, 0, 500, 200)).toEqual([
      [503, 'retry'],
      [null, 'retry'],
      [500, 'retry'],
      [200, 'done'],
    ]);
    expect(await outcomes(404)).toEqual([[404, 'dropped']]);
    expect(await outcomes(202)).toEqual([[202, 'dropped']]);
    expect(await outcomes(307)).toEqual([[307, 'dropped']]);
  });

  test('faults: duplicate, late, wrong id, lost', async () => {
    const hub = await partner(200);
    const smg = await start({ account: { config: `url|${hub.url}` } });
    smg.admin.fault({ kind: 'duplicate-callback' });
    smg.admin.fault({ kind: 'late-callback', ms: 20 });
    const complete = async (): Promise<string> => {
      const id = String((await create(smg))['application_id']);
      smg.admin.complete(id);
      return id;
    };
    const first = await complete();
    expect(hub.calls).toHaveLength(0);
    await called(hub, 2);
    expect(hub.calls.map(({ path }) => path)).toEqual([`/${first}`, `/${first}`]);
    smg.admin.fault({ kind: 'wrong-callback-id', application_id: '42' });
    await complete();
    await called(hub, 3);
    expect(hub.calls[2]?.path).toBe('/42');
    smg.admin.fault({ kind: 'lost-callback' });
    await complete();
    const last = await complete();
    await called(hub, 4);
    expect(hub.calls[3]?.path).toBe(`/${last}`);
  });
});

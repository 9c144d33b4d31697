import express from 'express';
import request from 'supertest';
import { nonceOf, setNonce } from '../../../api/connect/browser';

const hub = (publicUrl: { base: string; secure: boolean }) =>
  express()
    .post('/go', (_req, res) => {
      setNonce(res, publicUrl, 'lnk_1', 'the-nonce');
      res.end();
    })
    .get('/back', (req, res) => void res.json(nonceOf(req, 'lnk_1')));

const backWith = async (cookie: string): Promise<unknown> =>
  (
    await request(hub({ base: '', secure: true }))
      .get('/back')
      .set('Cookie', cookie)
  ).body;

test.each([
  [{ base: '/hub', secure: true }, '__Host-fulcrum_lnk_1=the-nonce', '/'],
  [{ base: '/hub', secure: false }, 'fulcrum_lnk_1=the-nonce', '/hub/connect'],
])('a cookie of %j is found again as it was set', async (place, pair, path) => {
  const { headers } = await request(hub(place)).post('/go');
  expect(headers['set-cookie']).toEqual([expect.stringContaining(`; Path=${path}; `)]);
  expect(headers['set-cookie']?.[0]?.split(';')[0]).toBe(pair);
  expect(await backWith(`other=1; ${pair}; fulcrum_lnk_12=another`)).toBe('the-nonce');
});

test('what a neighbour has put beside it does not count, whichever comes first', async () => {
  const [own, theirs] = ['__Host-fulcrum_lnk_1=own', 'fulcrum_lnk_1=theirs'];
  expect(await backWith(`${own}; ${theirs}`)).toBe('own');
  expect(await backWith(`${theirs}; ${own}`)).toBe('own');
});

test('the cookie of another link is none', async () => {
  expect(await backWith('__Host-fulcrum_lnk_12=another')).toBeNull();
});

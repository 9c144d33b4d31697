import { killAt } from './kill';
import { startSite } from './site';
import type { Site } from './site';
import { stepsOf } from './steps';

let site: Site;
beforeAll(async () => {
  site = await startSite();
});
afterAll(() => site?.stop());

test.each(stepsOf('api'))('the api is killed when $name', (step) => killAt(site, step, ['api']));

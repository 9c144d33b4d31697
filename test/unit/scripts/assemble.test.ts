import { assemble } from '../../../scripts/assemble';

let stopped: string[];

beforeEach(() => {
  stopped = [];
});

const part = (name: string) => (): void => void stopped.push(name);
const broken = (name: string) => async (): Promise<never> => {
  stopped.push(name);
  throw new Error(`${name} cannot be stopped`);
};

it('stops what was started last first, once', async () => {
  const whole = await assemble(async (atEnd) => {
    for (const name of ['one', 'two']) atEnd(part(name));
    return { name: 'whole' };
  });
  expect(whole.name).toBe('whole');
  expect(stopped).toEqual([]);
  await Promise.all([whole.stop(), whole.stop()]);
  expect(stopped).toEqual(['two', 'one']);
});

it('stops the others when one cannot be, and then says why that one could not', async () => {
  const whole = await assemble(async (atEnd) => {
    for (const each of [part('one'), broken('two'), part('three'), broken('four')]) atEnd(each);
    return {};
  });
  await expect(whole.stop()).rejects.toThrow('four cannot be stopped');
  expect(stopped).toEqual(['four', 'three', 'two', 'one']);
});

it('says why it could not be started, also when a part of it cannot be stopped', async () => {
  const starting = assemble(async (atEnd) => {
    for (const each of [part('one'), broken('two')]) atEnd(each);
    throw new Error('no third');
  });
  await expect(starting).rejects.toThrow('no third');
  expect(stopped).toEqual(['two', 'one']);
});

import type { About } from '../../../activities/about';
import { createTroubleKeeper } from '../../../activities/troubles';
import type { Troubles } from '../../../db/troubles';
import { FulcrumError } from '../../../domain/errors';
import type { Trouble } from '../../../domain/trouble';
import { createLogger } from '../../../platform/log';
import { until } from '../../helpers/until';

const log = createLogger({ level: 'silent', name: 'test' });
const ofRun = (assessmentId: string): About => ({
  connectionId: 'con_1',
  assessmentId,
  identity: null,
  effect: undefined,
  isAnswered: false,
});
const trouble = (step: string, message = 'no answer'): Trouble => ({
  code: 'lever.unavailable',
  message,
  step,
  since: 1,
});

/** Rows as a database keeps them that can be switched off. */
function setUp() {
  const rows = new Map<string, Trouble>();
  let away = false;
  const asked = <T>(answer: T): Promise<T> =>
    away ? Promise.reject(new FulcrumError('db.unavailable', 'away')) : Promise.resolve(answer);
  const clear = (id: string, step: string) => {
    if (!away && rows.get(id)?.step === step) rows.delete(id);
    return asked(undefined);
  };
  const set = (id: string, said: Trouble) => {
    if (!away) rows.set(id, said);
    return asked(undefined);
  };
  const database: Troubles = {
    ofRun: ({ assessmentId }, said) => set(assessmentId, said),
    ofConnection: set,
    clearRun: clear,
    clearConnection: clear,
  };
  const keeper = createTroubleKeeper(database, log);
  return { rows, keeper, switchAway: (to: boolean) => (away = to) };
}

describe('telling rows what keeps failing', () => {
  it('reaches the row of the run, or the connection where no run asked for it', async () => {
    const { rows, keeper } = setUp();
    keeper.tell(ofRun('asm_1'), trouble('invite'));
    keeper.tell({ ...ofRun('asm_1'), assessmentId: null }, trouble('lookAtStage'));
    await until(
      'both rows say it',
      () => rows,
      (seen) => seen.has('asm_1') && seen.has('con_1'),
    );
    await keeper.stop();
  });

  it('comes on the return of a database that was away, with the newest words only', async () => {
    const { rows, keeper, switchAway } = setUp();
    switchAway(true);
    keeper.tell(ofRun('asm_1'), trouble('invite', 'first'));
    keeper.tell(ofRun('asm_2'), trouble('invite'));
    keeper.tell(ofRun('asm_1'), trouble('invite', 'second'));
    keeper.tell(ofRun('asm_3'), trouble('invite'));
    keeper.clear(ofRun('asm_3'), 'invite');
    switchAway(false);
    await until(
      'the rows say it',
      () => rows,
      (seen) => seen.has('asm_1') && seen.has('asm_2'),
    );
    expect(rows.get('asm_1')?.message).toBe('second');
    expect(rows.has('asm_3')).toBe(false);
    await keeper.stop();
  });

  it('takes back what this very step has told', async () => {
    const { rows, keeper } = setUp();
    keeper.tell(ofRun('asm_1'), trouble('applyEffect'));
    keeper.clear(ofRun('asm_1'), 'fetchResult');
    keeper.tell(ofRun('asm_2'), trouble('invite'));
    await until(
      'it is said',
      () => rows,
      (seen) => seen.has('asm_2'),
    );
    expect(rows.get('asm_1')?.step).toBe('applyEffect');
    keeper.clear(ofRun('asm_1'), 'applyEffect');
    await until(
      'it is taken back',
      () => rows,
      (seen) => !seen.has('asm_1'),
    );
    await keeper.stop();
  });
});

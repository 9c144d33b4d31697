import { FulcrumError } from '../../domain/errors';
import { lookUp } from '../lookup';
import type { ModelTag } from './model-tags';
import { isModelUuid, normalise, printModelTag, readModelTag, sameText } from './model-tags';
import type { AssessFirstSettings } from './settings';
import type { AssessFirstCall, Model } from './wire';
import { api, modelsAnswer, request, timeOf } from './wire';

/** AssessFirst's catalogue of predictive models, and which of them a tag means. */

export const questionnaires = ['swipe', 'drive', 'brain', 'voice'] as const;
/** What a candidate answers when no model says otherwise. */
const usual = ['swipe', 'drive', 'brain'];

export interface ChosenModel {
  /** Null: the questionnaires alone. */
  uuid: string | null;
  /** Of several models the name fits; null: there is only this one. */
  notice: string | null;
}

async function listModels(call: AssessFirstCall): Promise<Model[]> {
  const asked = request(call, { method: 'GET', path: '/predictive-models', route: '/predictive-models' });
  return (await api.ask(call, asked, modelsAnswer)).data;
}

/** Everything that can be sent, named as a posting's tag would name it. */
export async function listAssessments(call: AssessFirstCall): Promise<{ id: string; name: string }[]> {
  const models = await listModels(call);
  return [
    ...models.map((model) => ({ id: model.uuid, name: printModelTag(tagOf(model, call.settings)) })),
    { id: printModelTag({ kind: 'none' }), name: printModelTag({ kind: 'none' }) },
  ];
}

/** A setting may name a model by its id or as a tag does; which kind of model ✨ means is found out at the invitation. */
export function isMeant(reference: string, { id, name }: { id: string; name: string }): boolean {
  const bare = (uuid: string): string => uuid.replaceAll('-', '').toLowerCase();
  if (isModelUuid(reference)) return isModelUuid(id) && bare(id) === bare(reference);
  const [wanted, listed] = [readModelTag(reference), readModelTag(name)];
  if (wanted?.kind !== 'model' || listed?.kind !== 'model') return wanted?.kind === listed?.kind;
  return sameText(wanted.name, listed.name);
}

/** Asks for the catalogue only where a name has to be found. @throws FulcrumError `vendor.rejected` when no model fits */
export async function chooseModel(call: AssessFirstCall, reference: string): Promise<ChosenModel> {
  if (isModelUuid(reference)) return { uuid: reference, notice: null };
  const tag = readModelTag(reference);
  if (tag === null || tag.kind === 'none') return { uuid: null, notice: null };
  return pick(await listModels(call), tag, call.settings);
}

type NamedTag = Extract<ModelTag, { kind: 'model' }>;

const tagOf = (model: Model, settings: AssessFirstSettings): NamedTag => ({
  kind: 'model',
  name: normalise(model.name),
  benchmark: settings.benchmarkModels !== 'any' && isBenchmark(model, settings),
});

const isBenchmark = (model: Model, settings: AssessFirstSettings): boolean =>
  (model.is_public === true) === (settings.benchmarkModels === 'public');

/** Letters as they were written count first; a name in other capitals is still better than no invitation. */
function pick(models: Model[], tag: NamedTag, settings: AssessFirstSettings): ChosenModel {
  const wanted = normalise(tag.name);
  const spelt = models.filter((model) => normalise(model.name) === wanted);
  const named =
    spelt.length > 0
      ? spelt
      : models.filter((model) => normalise(model.name).toLowerCase() === wanted.toLowerCase());
  const fitting = named.filter(
    (model) => settings.benchmarkModels === 'any' || isBenchmark(model, settings) === tag.benchmark,
  );
  const [newest, ...older] = fitting.sort((a, b) => madeAt(b) - madeAt(a));
  if (newest === undefined) throw unknownModel(tag, named.length > 0);
  const notice =
    older.length === 0
      ? null
      : `AssessFirst has ${fitting.length} predictive models named "${normalise(newest.name)}". The newest was used${
          newest.created_at ? `, made on ${newest.created_at.slice(0, 10)}` : ''
        }.`;
  return { uuid: newest.uuid, notice };
}

const madeAt = (model: Model): number => timeOf(model.created_at) ?? 0;

/** Without the name: the note that shows these words names the model itself, and failures are not sealed. */
function unknownModel(tag: NamedTag, ofOtherKind: boolean): FulcrumError {
  const kind = tag.benchmark ? 'benchmark model (✨)' : 'created model';
  const other = tag.benchmark
    ? 'There is a created one: write the tag without ✨'
    : 'There is a benchmark model: write the tag with ✨';
  const todo = ofOtherKind ? other : "Correct the posting's tag, or give the model this name at AssessFirst";
  return new FulcrumError(
    'vendor.rejected',
    `AssessFirst has no ${kind} of this name. ${todo}, then move the candidate into the stage again`,
    { detail: { benchmark: tag.benchmark } },
  );
}

/**
 * The questionnaires that must be completed before a result is one. One more request where there is a model; where nobody
 * says what that demands, the usual ones do.
 */
export async function demandedQuestionnaires(
  call: AssessFirstCall,
  modelUuid: string | null,
): Promise<string[]> {
  if (modelUuid === null) return usual;
  const models = await lookUp(() => listModels(call));
  const model = typeof models === 'object' ? models.seen.find(({ uuid }) => uuid === modelUuid) : undefined;
  const flags = model?.assessments ?? {};
  const demanded = questionnaires.filter((name) => flags[name] === true);
  return demanded.length === 0 ? usual : demanded;
}

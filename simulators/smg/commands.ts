import { z } from 'zod';
import { toPipes } from './callback-config';
import { choices, questions, reportName } from './catalogue';
import type { SmgEngine } from './engine';
import type { CommandName } from './faults';
import { answerList, recommendation, scoresOf } from './scoring';
import type { Application } from './state';
import { isOpen, statusOf } from './state';
import { entityId, errorCodes, isoDay, parseRequest, SmgError } from './wire';

type Answer = Record<string, unknown>;
export type Command = (engine: SmgEngine, body: Record<string, unknown>) => Answer;

const partner = z.object({ partner_api: z.literal(true, 'must be true') });
const one = partner.extend({ application_id: entityId });
const languageId = z.string().regex(/^[a-z]{3}$/, 'a 3-letter language code');
const httpUrl = z.url({ protocol: /^https?$/, error: 'an http or https address' });
const email = z.string().regex(/^[^\s@]+@[^\s@]+$/, 'an e-mail address');
const field = z.object({ n: z.string().min(1), v: z.coerce.string() });

/** Both forms, which may be mixed: the extensible `fields` say who the candidate is, `app_email` whom to write to. */
const create = partner.extend({
  position_id: entityId,
  language_id: languageId.default('eng'),
  app_email: email.optional(),
  app_phone: z
    .string()
    .regex(/^\d{4,20}$/, 'digits only')
    .optional(),
  app_url: httpUrl.optional(),
  is_test: z.boolean().default(false),
  fail_on_dup: z.boolean().default(false),
  fields: z.array(field).optional(),
});

/** `start_id` is the documented cursor, `start_app_id` what the public client sends. */
const list = partner.extend({
  max_count: z.coerce.number().int().min(2).max(1000).default(1000),
  start_id: entityId.optional(),
  start_app_id: entityId.optional(),
  start_acc_id: entityId.optional(),
  start_date: z.iso.date().optional(),
});

/** `position_id` is proposed: the report of a role other than the one assessed, from the same answers. */
const scoreGet = one.extend({
  position_id: entityId.optional(),
  language_id: languageId.optional(),
  show_traits: z.boolean().default(false),
  show_super_traits: z.boolean().default(false),
  show_reducers: z.boolean().default(false),
  show_answers: z.boolean().default(false),
});

const questionGet = z.object({
  app_link: z.string().min(1),
  language_id: languageId.optional(),
  ignore_submitted_over: z.boolean().default(false),
});

const scoreSet = z.object({
  app_link: z.string().min(1),
  fields: z.array(field).default([]),
  answers: z.array(z.object({ q: entityId, a: z.union([z.int().min(1).max(choices.length), z.string()]) })),
});

function find(engine: SmgEngine, id: string): Application {
  const application = engine.state.application(id);
  if (!application) throw new SmgError(errorCodes.unknownApplication, `No application ${id} in this account`);
  return application;
}

function findByLink(engine: SmgEngine, link: string): Application {
  const application = engine.state.byLink(link, 'app');
  if (!application) throw new SmgError(errorCodes.unknownApplication, 'No application has this app_link');
  return application;
}

const positionGet: Command = (engine, body) => {
  parseRequest(partner, body);
  return { count: engine.state.positions.length, items: engine.state.positions };
};

const applicationCreate: Command = (engine, body) => {
  const request = parseRequest(create, body);
  const fields = request.fields ?? [];
  const given = new Map(fields.map(({ n, v }) => [n, v]));
  if (request.fields) {
    const missing = ['email', 'app_full_name'].find((name) => !given.get(name)?.trim());
    if (missing) {
      throw new SmgError(errorCodes.missingParameter, `Missing required parameter: fields.${missing}`);
    }
  }
  const application = engine.create({
    positionId: request.position_id,
    languageId: request.language_id,
    fields: request.fields || !request.app_email ? fields : [{ n: 'email', v: request.app_email }],
    email: given.get('email') ?? request.app_email ?? '',
    inviteEmail: request.app_email,
    invitePhone: request.app_phone,
    callbackUrl: request.app_url,
    isTest: request.is_test,
    failOnDuplicate: request.fail_on_dup,
  });
  return { application_id: application.id, app_link_full: engine.appLink(application) };
};

/** What the list and the single form have in common; shape and odd zeros as in the public client's fixtures. */
function row(engine: SmgEngine, application: Application): Answer {
  return {
    application_id: application.id,
    converted_from: '0',
    account_id: engine.state.account.account_id,
    position_id: application.positionId,
    position: engine.state.positionName(application.positionId),
    max_count: application.completedAt ? 1 : 0,
    has_followup: false,
    is_reusable: false,
    app_type: 0,
    date: isoDay(application.completedAt),
    date_sub: isoDay(application.createdAt),
    date_exp: isoDay(application.expiresAt),
    // The fixtures show the day of creation here even where nothing was filled in yet.
    started: isoDay(application.createdAt),
    expires: isoDay(application.expiresAt),
    completed: isoDay(application.completedAt),
  };
}

const applicationGet: Command = (engine, body) => {
  if (body['application_id'] !== undefined) {
    const named = find(engine, parseRequest(one, body).application_id);
    const { completedAt, ...atIt } = named;
    const application = completedAt && engine.faults.take(['unshown-completion']) ? atIt : named;
    return {
      ...row(engine, application),
      user_id: engine.state.account.user,
      language_id: application.languageId,
      status: statusOf(application),
      fields: application.fields.map(({ n, v }) => ({ [n]: v })),
      app_link_full: engine.appLink(application),
      rep_link_full: engine.repLink(application),
      rep_link_full_acc: engine.repLinkAcc(application),
    };
  }
  const request = parseRequest(list, body);
  const start = BigInt(request.start_id ?? request.start_app_id ?? '0');
  const open = engine.state.applications().filter(isOpen);
  // Cursors name the first row of the next page. The id alone decides: ids ascend with the date, and one account
  // is all there is.
  const rest = open.filter((application) => BigInt(application.id) >= start);
  const page = rest.slice(0, request.max_count);
  const next = rest[request.max_count];
  return {
    count: page.length,
    has_more: next !== undefined,
    ...(next && {
      next_acc_id: engine.state.account.account_id,
      next_app_id: next.id,
      next_date: isoDay(next.createdAt),
    }),
    too_big: open.length > 10_000,
    application_list: page.map((application) => ({
      ...row(engine, application),
      fields: toPipes(application.fields),
      app_link_full: engine.appLink(application),
    })),
  };
};

const applicationGetLink: Command = (engine, body) => {
  const application = find(engine, parseRequest(one, body).application_id);
  return { app_link_full: engine.appLink(application), rep_link_full: engine.repLink(application) };
};

/** As the public client's recording has it: a number of its own, and no words. */
const wordlessScore = { score_final: 3, avalue: 3, score_text: '', caption_tr_score: '' };

const scoreCalcGet: Command = (engine, body) => {
  const request = parseRequest(scoreGet, body);
  const application = find(engine, request.application_id);
  if (!application.completedAt) {
    throw new SmgError(errorCodes.notCompleted, 'Questionnaire not completed');
  }
  const positionId = request.position_id ?? application.positionId;
  if (positionId !== application.positionId && !engine.state.position(positionId)) {
    throw new SmgError(errorCodes.unknownPosition, `No position ${positionId} in this account`);
  }
  const scores = scoresOf(application, {
    position_id: positionId,
    aname: engine.state.positionName(positionId),
  });
  const main = {
    score: scores.score,
    score_final: scores.score_final,
    score_text: scores.score_text,
    avalue: scores.score_final,
    caption_tr_score: scores.score_text,
  };
  const wordless = engine.faults.take(['wordless-score']) ? wordlessScore : {};
  return {
    rep_link_full: engine.repLink(application, positionId),
    calc_acc_id: application.reportId,
    language_id: request.language_id ?? application.languageId,
    main_score_found: true,
    ...main,
    ...wordless,
    report_name_has: true,
    report_name: reportName,
    ...(request.show_reducers && {
      position_reducers: [
        {
          aname: 'overall_stoplight',
          caption_tr_rdc: 'OVERALL PREVIEW',
          eps: 1,
          ...main,
          caption_tr_score: recommendation(scores.score_final),
          trait_name: 'overall',
        },
      ],
    }),
    ...(request.show_traits && { traits: scores.traits }),
    ...(request.show_super_traits && { super_traits: scores.super_traits }),
    ...(request.show_answers && { answers: answerList(application) }),
  };
};

/** The name `questions` and its members are proposed: the vendor's page on them is public only up to custom_fld_list. */
const applicationGetQuestions: Command = (engine, body) => {
  const request = parseRequest(questionGet, body);
  const application = findByLink(engine, request.app_link);
  if (application.completedAt && !request.ignore_submitted_over) return { already_submitted: true };
  if (!application.completedAt && !isOpen(application)) {
    throw new SmgError(errorCodes.noLongerValid, `This assessment is ${statusOf(application)}`);
  }
  const known = new Set(application.fields.map(({ n }) => n));
  return {
    already_submitted: false,
    report_name_has: true,
    report_name: reportName,
    language_id: request.language_id ?? application.languageId,
    submit_link: `${engine.baseUrl}/api/1.0`,
    fields: toPipes(application.fields),
    custom_fld_list: [
      { aname: 'app_full_name', caption_tr: 'Full name' },
      { aname: 'email', caption_tr: 'E-mail' },
    ].map((custom) => ({ ...custom, mandatory: true, partner: known.has(custom.aname) })),
    questions: questions.map(({ q, statement, explanation, kind }) => ({
      q,
      c: `${q} ${statement}`,
      t: `${statement}:${explanation}`,
      ...(kind === 'choice' && { values: choices.map((v, index) => ({ a: index + 1, v })) }),
    })),
  };
};

const scoreCalcSet: Command = (engine, body) => {
  const { app_link: link, fields, answers } = parseRequest(scoreSet, body);
  const application = findByLink(engine, link);
  engine.submit(application, { fields, answers });
  void engine.notifier.notify(application);
  return {};
};

export const commands: Readonly<Record<CommandName, Command>> = {
  position_get: positionGet,
  application_create: applicationCreate,
  application_get: applicationGet,
  application_get_link: applicationGetLink,
  application_get_q: applicationGetQuestions,
  score_calc_get: scoreCalcGet,
  score_calc_set: scoreCalcSet,
};

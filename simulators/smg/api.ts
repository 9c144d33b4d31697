import { createHash, timingSafeEqual } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Request, Response, Router } from 'express';
import express from 'express';
import { commands } from './commands';
import type { LoggedRequest, SmgEngine } from './engine';
import type { CommandName, Fault } from './faults';
import { commandNames } from './faults';
import { errorCodes, SmgError } from './wire';

type Body = Record<string, unknown>;

/** Commands of the candidate's side: the hash of the link is their permission, as it is in the browser. */
const candidateCommands: readonly CommandName[] = ['application_get_q', 'score_calc_set'];

const isCommand = (name: string): name is CommandName => commandNames.some((known) => known === name);

function credentialsOf(request: Request): { user: string; password: string } | null {
  const [scheme, encoded] = (request.get('authorization') ?? '').split(' ');
  if (scheme?.toLowerCase() !== 'basic' || !encoded) return null;
  const decoded = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  return colon < 0 ? null : { user: decoded.slice(0, colon), password: decoded.slice(colon + 1) };
}

function sameText(left: string, right: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}

/**
 * The vendor documents HTTP 200 for every error and no 401, so wrong credentials answer 200 too: code 5 "no partner
 * account" for a user it does not know, code 1 "not enough permissions" for a wrong or missing password.
 */
function authorise(engine: SmgEngine, credentials: { user: string; password: string } | null): void {
  if (!credentials) {
    throw new SmgError(errorCodes.notPermitted, 'Not enough permissions: send HTTP Basic credentials');
  }
  if (!sameText(credentials.user, engine.state.account.user)) {
    throw new SmgError(errorCodes.noPartnerAccount, 'No partner account; see your SMG representative');
  }
  if (!sameText(credentials.password, engine.state.account.password)) {
    throw new SmgError(errorCodes.notPermitted, 'Not enough permissions: wrong password');
  }
}

function parseBody(request: Request): { body: Body; unreadable: boolean } {
  try {
    const parsed: unknown = JSON.parse(String(request.body));
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) {
      return { body: parsed as Body, unreadable: false };
    }
  } catch {
    // Answered below as any other error of the vendor: HTTP 200 with a code.
  }
  return { body: {}, unreadable: true };
}

/** `POST /api/1.0`: one address, the command in the body. */
export function smgApi(engine: SmgEngine, stopped: AbortSignal): Router {
  const router = express.Router({ strict: true });
  router.post('/api/1.0', express.text({ type: () => true, limit: '1mb' }), async (request, response) => {
    const { body, unreadable } = parseBody(request);
    const credentials = credentialsOf(request);
    const command = typeof body['command'] === 'string' ? body['command'] : '';
    const entry = engine.requests.open({
      command,
      body: unreadable ? request.body : body,
      user: credentials?.user ?? null,
      errorCode: null,
      applicationId: idOf(body['application_id']),
    });

    if (await refusedByFault(engine, entry, response, stopped)) return;
    const answer = run(() => {
      if (!request.is('json')) {
        throw new SmgError(errorCodes.invalidParameter, 'Content-Type must be application/json');
      }
      if (unreadable) throw new SmgError(errorCodes.missingParameter, 'The body must be a JSON object');
      if (command === '') {
        throw new SmgError(errorCodes.missingParameter, 'Missing required parameter: command');
      }
      if (!isCommand(command)) throw new SmgError(errorCodes.invalidCommand, `Invalid command: ${command}`);
      if (!candidateCommands.includes(command)) authorise(engine, credentials);
      return commands[command](engine, body);
    });
    if (typeof answer['application_id'] === 'string') entry.applicationId = answer['application_id'];
    await send(engine, entry, response, { ...answer, command_from: command }, stopped);
  });
  return router;
}

function run(command: () => Body): Body & { error_code: number } {
  try {
    return { error_code: 0, error_text: '', ...command() };
  } catch (error) {
    if (!(error instanceof SmgError)) throw error;
    return { error_code: error.code, error_text: error.message, ...error.extra };
  }
}

/** Faults that strike before anything is written. True when the request is over. */
async function refusedByFault(
  engine: SmgEngine,
  entry: LoggedRequest,
  response: Response,
  stopped: AbortSignal,
): Promise<boolean> {
  await delay(engine, entry, 'before', stopped);
  const fault = engine.faults.take(['http', 'error-code', 'lost-request'], entry.command);
  if (!fault) return false;
  entry.faults.push(fault.kind);
  if (fault.kind === 'lost-request') {
    loseAnswer(response, fault);
  } else if (fault.kind === 'error-code') {
    entry.errorCode = fault.error_code;
    entry.status = 200;
    response.json({
      error_code: fault.error_code,
      error_text: fault.error_text,
      command_from: entry.command,
      ...fault.extra,
    });
  } else {
    entry.status = fault.status;
    if (fault.retryAfterSeconds !== undefined) response.set('retry-after', String(fault.retryAfterSeconds));
    response.status(fault.status).json({ error: `Simulated HTTP ${fault.status}` });
  }
  return true;
}

/** Answers, after the faults that strike once the write took place. */
async function send(
  engine: SmgEngine,
  entry: LoggedRequest,
  response: Response,
  answer: Body & { error_code: number },
  stopped: AbortSignal,
): Promise<void> {
  const succeeded = answer.error_code === 0;
  if (succeeded && entry.command === 'application_create') await createFaults(engine, entry, answer);
  await delay(engine, entry, 'after', stopped);
  entry.errorCode = answer.error_code;
  const lost = succeeded ? engine.faults.take(['lost-answer'], entry.command) : undefined;
  if (lost) {
    entry.faults.push(lost.kind);
    loseAnswer(response, lost);
    return;
  }
  entry.status = 200;
  response.json(answer);
}

async function createFaults(engine: SmgEngine, entry: LoggedRequest, answer: Body): Promise<void> {
  const application = engine.state.application(String(answer['application_id']));
  if (application && engine.faults.take(['early-completion'])) {
    entry.faults.push('early-completion');
    engine.complete(application);
    await engine.notifier.notify(application);
  }
  const wrong = engine.faults.take(['wrong-application-id']);
  if (wrong) {
    entry.faults.push(wrong.kind);
    answer['application_id'] = wrong.application_id;
  }
}

async function delay(
  engine: SmgEngine,
  entry: LoggedRequest,
  when: 'before' | 'after',
  stopped: AbortSignal,
): Promise<void> {
  const fault = engine.faults.take(['delay'], entry.command, (rule) => rule.when === when);
  if (!fault) return;
  entry.faults.push(fault.kind);
  await sleep(fault.ms, undefined, { signal: stopped }).catch(() => undefined);
}

/** Drops the connection, or leaves it open without a byte until the client gives up or the simulator stops. */
function loseAnswer(response: Response, fault: Extract<Fault, { how: 'drop' | 'hang' }>): void {
  if (fault.how === 'drop') response.socket?.destroy();
}

/** Ids are numbers or texts; whatever else is sent names nothing. */
const idOf = (given: unknown): string | null =>
  typeof given === 'string' || typeof given === 'number' ? String(given) : null;

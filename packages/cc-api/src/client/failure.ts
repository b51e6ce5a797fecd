import { parseRetryAfter } from '@moorline/core';
import { CcApiError, type CcApiErrorCode } from '../wire/error.js';
import { firstJson } from './first-json.js';

/** An answer as it came. */
export interface Answer {
  status: number;
  text: string;
  headers: Headers;
}

/** What was asked, for messages. */
export interface Asked {
  operation: string;
  /** `POST https://host/api/…` without query. */
  attempted: string;
}

/** What a failure comes to, where more than the status tells. */
interface Meaning {
  code: CcApiErrorCode;
  hint?: string;
  isRetryable?: boolean;
  details?: Record<string, unknown>;
}

/** Makes the error of an answer that is no success. @param now wall time, milliseconds. */
export function toError({ operation, attempted }: Asked, answer: Answer, now: number): CcApiError {
  const { status } = answer;
  const serverText = serverTextOf(answer.text);
  const { code, hint, isRetryable, details } = meaningOf(operation, status, serverText);
  const retryAfterMs = parseRetryAfter(answer.headers.get('retry-after'), now);
  return new CcApiError(`${attempted} answered ${status}${serverText === '' ? '' : `: ${serverText}`}`, {
    code,
    status,
    serverText,
    operation,
    hint,
    isRetryable,
    details: { ...details, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) },
  });
}

/** The `error` of an error body; else the text itself, shortened. */
function serverTextOf(body: string): string {
  const first = firstJson(body);
  if (first.found === 'json' && typeof first.value === 'object' && first.value !== null && 'error' in first.value) {
    return String(first.value.error);
  }
  const text = body.trim();
  return text.startsWith('<') ? '' : text.slice(0, 500);
}

function meaningOf(operation: string, status: number, text: string): Meaning {
  return meaningOfText(operation, status, text) ?? meaningOfStatus(status);
}

const aboutUsers = new Set(['updateUser', 'updateUserBySession', 'createJwt']);

/** The known traps, by what the server says. */
function meaningOfText(operation: string, status: number, text: string): Meaning | undefined {
  if (status === 401) return meaningOf401(text);
  if (text === 'the requested endpoint does not exist') {
    const hint =
      operation === 'startJob' || operation === 'stopJob' ? natsHint : 'is baseUrl the address of the server?';
    return { code: 'route_not_found', hint };
  }
  if (operation === 'startJob') return meaningOfStart(status, text);
  if (operation === 'stopJob' && status === 422) return meaningOfStop(text);
  if (text.includes('sql: no rows in result set')) {
    if (aboutUsers.has(operation)) return { code: 'not_found', hint: 'no such user' };
    return { code: 'job_not_found', hint: visibilityHint };
  }
  if (operation === 'getMachineState' && status === 404) {
    return { code: 'not_found', hint: 'nothing is stored for this host' };
  }
  if (status === 403 && text === 'cross-site request blocked') return { code: 'forbidden', hint: crossSiteHint };
  return undefined;
}

function meaningOf401(text: string): Meaning {
  if (text.startsWith('unknown ip:')) {
    return { code: 'ip_not_allowed', hint: 'the server takes this address from its allow-list only' };
  }
  if (text.includes('token is expired')) return { code: 'token_expired', hint: 'get a new token' };
  const roles =
    'the token is good, but its roles do not open this route: it needs the role api alone, or api and admin';
  return text === 'unauthorized' ? { code: 'unauthorized', hint: roles } : { code: 'unauthorized' };
}

function meaningOfStart(status: number, text: string): Meaning | undefined {
  const existing = /already exists: dbid: (\d+)/.exec(text)?.[1];
  if (status === 422 && existing !== undefined) {
    return { code: 'job_already_exists', details: { id: Number(existing) }, hint: dayHint };
  }
  // The original's cache of starts knows no other answer to a start that it has already (docs/protocol.md §3.4).
  if (status === 500 && text.includes('UNIQUE constraint failed')) {
    return { code: 'job_already_exists', details: { isSameStart: true }, hint: 'this very start is stored already' };
  }
  const tagged = /^adding tag to new job (\d+) failed/.exec(text)?.[1];
  if (status === 500 && tagged !== undefined) {
    return {
      code: 'job_started_without_tags',
      details: { id: Number(tagged) },
      hint: 'the job is stored: do not start it again',
    };
  }
  return undefined;
}

function meaningOfStop(text: string): Meaning | undefined {
  const [, id, state] = /\(id (\d+)\).*already been stopped \(state is: (\w*)\)/.exec(text) ?? [];
  return id === undefined ? undefined : { code: 'job_already_stopped', details: { id: Number(id), state } };
}

function meaningOfStatus(status: number): Meaning {
  if (status >= 500) return { code: serverCodes.get(status) ?? 'internal_server_error', isRetryable: true };
  const code = codes.get(status);
  if (code === 'unavailable') return { code, isRetryable: true };
  return { code: code ?? 'unexpected_status' };
}

const codes = new Map<number, CcApiErrorCode>([
  [400, 'bad_request'],
  [403, 'forbidden'],
  [404, 'route_not_found'],
  [405, 'route_not_found'],
  [408, 'unavailable'],
  [413, 'payload_too_large'],
  [422, 'unprocessable'],
  [425, 'unavailable'],
  [429, 'unavailable'],
]);

const serverCodes = new Map<number, CcApiErrorCode>([
  [502, 'unavailable'],
  [503, 'unavailable'],
  [504, 'unavailable'],
]);

const natsHint = 'a server that takes job events over NATS does not answer this route';
const visibilityHint = 'no such job, or one that this token may not see';
const crossSiteHint = 'browsers may not send this from another site';
const dayHint = 'a job with this id and cluster started less than a day before, or later';

import { goJson } from '@moorline/core';
import { parseGoInteger } from '../../go-integer.js';
import { failure, jsonReply } from '../../reply.js';
import type { LogRequest } from '../../sessions/session-options.js';
import type { SessionHandler } from '../../sessions/session-context.js';

/** `GET /frontend/logs/`: lines of the server's journal, for administrators. */
export const listLogs: SessionHandler = async ({ request, principal, sessions }) => {
  if (!principal.roles.has('admin')) return failure(403, 'only admins are allowed to view logs');
  const wanted = readLogRequest(new URLSearchParams(request.query));
  if (typeof wanted === 'string') return failure(400, wanted);
  if (sessions.readLogs === undefined) return failure(404, 'this server has no journal to show');
  const entries = await sessions.readLogs(wanted);
  if (entries === undefined) return failure(400, invalidSince);
  const shown = entries.map(({ timestamp, priority, message, unit }) => ({ timestamp, priority, message, unit }));
  return jsonReply(200, goJson(shown));
};

const invalidSince = "invalid 'since' parameter";

/** @returns what is wrong, where something is: the texts go to a program that reads the journal. */
function readLogRequest(query: URLSearchParams): LogRequest | string {
  const since = query.get('since') || '1 hour ago';
  if (!isHarmless(since)) return invalidSince;
  const lines = numberOf(query.get('lines') || '200');
  if (lines === undefined || lines < 1) return "invalid 'lines' parameter";
  const [level, search] = [query.get('level') || undefined, query.get('search') || undefined];
  const priority = level === undefined ? undefined : numberOf(level);
  if (level !== undefined && (priority === undefined || priority < 0 || priority > 7)) {
    return "invalid 'level' parameter (must be 0-7)";
  }
  if (search !== undefined && !isHarmless(search)) return "invalid 'search' parameter";
  return {
    ...{ since, lines: Math.min(lines, 1000) },
    ...(priority === undefined ? {} : { level: priority }),
    ...(search === undefined ? {} : { search }),
  };
}

function isHarmless(text: string): boolean {
  return /^[A-Za-z0-9 :.-]+$/.test(text);
}

function numberOf(text: string): number | undefined {
  const result = parseGoInteger(text, 'Atoi');
  return result.ok ? result.value : undefined;
}

import { createHash } from 'node:crypto';
import type { JobSearch } from './job-search.js';

/** A place in the order of a search: behind the last job of a page. */
export interface CursorPlace {
  /** What the search is ordered by. */
  key: string | number;
  /** Unix seconds. */
  startTime: number;
  id: number;
  /** Unix seconds: where running jobs ended on the first page, so that their order stays. */
  at: number;
}

/** A place as callers keep it; it belongs to one search. */
export function encodeCursor(search: JobSearch, { key, startTime, id, at }: CursorPlace): string {
  return Buffer.from(JSON.stringify([fingerprint(search), key, startTime, id, at])).toString('base64url');
}

/** @returns undefined for what is no cursor, or the cursor of another search. */
export function decodeCursor(search: JobSearch, cursor: string): CursorPlace | undefined {
  let read: unknown;
  try {
    read = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return undefined;
  }
  if (!Array.isArray(read)) return undefined;
  const [print, key, startTime, id, at] = read as unknown[];
  const isText = search.sort === 'user' || search.sort === 'project';
  if (print !== fingerprint(search) || typeof key !== (isText ? 'string' : 'number')) return undefined;
  if (![startTime, id, at].every(Number.isSafeInteger) || (!isText && !Number.isSafeInteger(key))) return undefined;
  return { key: key as string | number, startTime: startTime as number, id: id as number, at: at as number };
}

/** Of everything that decides which jobs come and in which order; the length of pages may change. */
function fingerprint(search: JobSearch): string {
  const { states, user, project, cluster, node, startFrom, startTo, minDuration, maxDuration, tags, sort, order } =
    search;
  const named = tags.map(({ type, name }) => JSON.stringify([type, name])).sort();
  const filter = [user, project, cluster, node, startFrom, startTo, minDuration, maxDuration].map((one) => one ?? null);
  const all = JSON.stringify([[...states].sort(), filter, named, sort, order]);
  return createHash('sha256').update(all).digest('base64url').slice(0, 12);
}

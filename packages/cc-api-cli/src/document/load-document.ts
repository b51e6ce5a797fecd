import { readFile, stat } from 'node:fs/promises';
import { type Clock, isTimeoutError, redactUrl } from '@moorline/core';
import { CcApiCliError } from '../error.js';
import { fetchText, largest } from './fetch-text.js';
import { parseJson } from './parse-json.js';

/** Options of {@link loadJson}. */
export interface LoadOptions {
  /** Aborts loading at once with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Milliseconds for fetching the document, ≥ 0; 0 turns the deadline off. Default 30,000. */
  timeoutMs?: number | undefined;
  /** Used instead of the global `fetch`. */
  fetch?: typeof globalThis.fetch | undefined;
  clock?: Clock | undefined;
}

/** What a file or a URL is called in messages and in headers of generated files: without credentials. */
export const nameOf = (location: string): string => (isUrl(location) ? redactUrl(location) : location);

/** Whether a location is fetched, rather than read. */
export const isUrl = (location: string): boolean => /^https?:\/\//i.test(location);

/**
 * Reads JSON from a file or, where the location is an `http:` or `https:` URL, from a server. At most 16 MB.
 *
 * @throws CcApiCliError `document_unreadable`, `document_unreachable`, `document_not_served`, `document_too_large`,
 *   `too_many_redirects`, and what `parseJson` throws.
 * @throws TimeoutError when fetching takes longer than `timeoutMs`.
 */
export async function loadJson(location: string, options: LoadOptions = {}): Promise<unknown> {
  const text = isUrl(location) ? await fetchText(location, options) : await readText(location, options.signal);
  return parseJson(text, nameOf(location));
}

async function readText(file: string, signal: AbortSignal | undefined): Promise<string> {
  signal?.throwIfAborted();
  let bytes: Buffer;
  try {
    const { size } = await stat(file);
    if (size > largest) throw tooLarge(file);
    bytes = await readFile(file, { signal });
  } catch (cause) {
    if (cause instanceof CcApiCliError || isTimeoutError(cause)) throw cause;
    signal?.throwIfAborted();
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CcApiCliError(`${file} cannot be read: ${reason}`, { code: 'document_unreadable', cause });
  }
  // A device or a pipe has no size before it is read.
  if (bytes.length > largest) throw tooLarge(file);
  return new TextDecoder().decode(bytes);
}

const tooLarge = (file: string) =>
  new CcApiCliError(`${file} is larger than ${largest / 2 ** 20} MB`, { code: 'document_too_large' });

import { createReadStream } from 'node:fs';
import { type Clock, redactUrl } from '@moorline/core';
import { CcApiCliError } from '../error.js';
import { fetchText } from './fetch-text.js';
import { parseJson } from './parse-json.js';
import { largest, tooLarge } from './too-large.js';

/** Options of {@link loadJson}. */
export interface LoadOptions {
  /** Aborts loading at once with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Milliseconds for fetching the document, ≥ 0; 0 turns the deadline off. Default 30,000. */
  timeoutMs?: number | undefined;
  /** Used instead of the global `fetch`. */
  fetch?: typeof globalThis.fetch | undefined;
  /** Of the deadline; for tests. */
  clock?: Clock | undefined;
}

/** What a file or a URL is called in messages and in headers of generated files: without credentials. */
export const nameOf = (location: string): string => (isUrl(location) ? redactUrl(location) : location);

/** Whether a location is fetched, rather than read. */
export const isUrl = (location: string): boolean => /^https?:\/\//i.test(location);

/**
 * Reads JSON from a file or, where the location is an `http:` or `https:` URL, from a server. At most 8 MB.
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
  const decoder = new TextDecoder();
  let text = '';
  let size = 0;
  try {
    // `end` is inclusive: one byte more than allowed tells that the file is too large.
    for await (const chunk of createReadStream(file, { end: largest, signal })) {
      if (!(chunk instanceof Uint8Array)) continue;
      size += chunk.length;
      text += decoder.decode(chunk, { stream: true });
    }
  } catch (cause) {
    signal?.throwIfAborted();
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CcApiCliError(`${file} cannot be read: ${reason}`, { code: 'document_unreadable', cause });
  }
  if (size > largest) throw tooLarge(file, text);
  return text + decoder.decode();
}

import { CcApiCliError } from '../error.js';
import { shown } from './pointer.js';
import { deepest, scanJson } from './scan-json.js';

/**
 * Parses JSON, but refuses what `JSON.parse` passes over: an object that holds a key twice, of which only the last would
 * be seen, and nesting that would overflow the stack of whoever walks it.
 *
 * @param source what is being read, for messages.
 * @throws CcApiCliError `invalid_json`, `duplicate_key` or `too_deep`, with the pointer of the place.
 */
export function parseJson(text: string, source: string): unknown {
  const bare = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const { fault, pointer } = scanJson(bare, false);
  if (fault === 'too_deep') {
    throw new CcApiCliError(`${source} is nested deeper than ${deepest} levels at ${pointer}`, {
      code: fault,
      pointer,
    });
  }
  if (fault === 'duplicate_key') {
    throw new CcApiCliError(`${source} has the key ${pointer} more than once`, {
      code: fault,
      pointer,
      hint: 'keep one of the two: a reader of JSON sees only the last',
    });
  }
  try {
    return JSON.parse(bare);
  } catch (cause) {
    throw syntaxError(bare, source, cause);
  }
}

function syntaxError(text: string, source: string, cause: unknown): CcApiCliError {
  const { pointer, offset } = scanJson(text, true);
  const before = text.slice(0, offset).split('\n');
  const line = before.length;
  const column = (before.at(-1)?.length ?? 0) + 1;
  const what = text.trimStart().startsWith('<') ? 'looks like a web page, not like JSON' : 'is not JSON';
  return new CcApiCliError(`${source} ${what}: line ${line}, column ${column}, within ${shown(pointer)}`, {
    code: 'invalid_json',
    pointer,
    cause,
    details: { line, column },
  });
}

import { CcApiCliError } from '../error.js';
import { shown, toPointer } from './pointer.js';

/** Levels of nesting that a document may have; those of real servers have about fifteen. */
const deepest = 256;

/**
 * Parses JSON, but refuses what `JSON.parse` passes over: an object that holds a key twice, of which only the last would
 * be seen, and nesting that would overflow the stack of whoever walks it.
 *
 * @param source what is being read, for messages.
 * @throws CcApiCliError `invalid_json`, `duplicate_key` or `too_deep`, with the pointer of the place.
 */
export function parseJson(text: string, source: string): unknown {
  const bare = text.startsWith('\uFEFF') ? text.slice(1) : text;
  let value: unknown;
  try {
    value = JSON.parse(bare);
  } catch (cause) {
    throw syntaxError(bare, source, cause);
  }
  const { fault, pointer } = scan(bare, bare.length);
  if (fault === undefined) return value;
  if (fault === 'too_deep') {
    throw new CcApiCliError(`${source} is nested deeper than ${deepest} levels at ${pointer}`, {
      code: fault,
      pointer,
    });
  }
  throw new CcApiCliError(`${source} has the key ${pointer} more than once`, {
    code: fault,
    pointer,
    hint: 'keep one of the two: a reader of JSON sees only the last',
  });
}

/** Pointer of the place that a beginning of JSON leads to, as far as it is JSON. */
export const pointerAtEnd = (text: string): string => scan(text, text.length).pointer;

function syntaxError(text: string, source: string, cause: unknown): CcApiCliError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const told = /position (\d+)/.exec(reason)?.[1];
  const offset = told === undefined ? text.length : Number(told);
  const before = text.slice(0, offset).split('\n');
  const line = before.length;
  const column = (before.at(-1)?.length ?? 0) + 1;
  const { pointer } = scan(text, offset);
  const what = text.trimStart().startsWith('<') ? 'looks like a web page, not like JSON' : 'is not JSON';
  return new CcApiCliError(`${source} ${what}: line ${line}, column ${column}, within ${shown(pointer)}`, {
    code: 'invalid_json',
    pointer,
    details: { line, column },
  });
}

/** One object or array that is open at the place of the scanner. */
interface Level {
  /** Keys seen; undefined in an array. */
  keys: Set<string> | undefined;
  /** Key or index of the member that is being read; undefined before an object's first. */
  at: string | number | undefined;
}

/**
 * Goes through the tokens of JSON up to `end` without recursion, to the first duplicate key or level too deep.
 * The text before `end` is valid JSON as far as it goes, so that tokens need not be checked.
 */
function scan(text: string, end: number): { fault?: 'duplicate_key' | 'too_deep'; pointer: string } {
  const token = /"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?|[[\]{},]/gs;
  const open: Level[] = [];
  const pointer = () => toPointer(open.flatMap(({ at }) => at ?? []));
  for (let match = token.exec(text); match !== null && token.lastIndex <= end; match = token.exec(text)) {
    const [found, colon] = match;
    const level = open.at(-1);
    if (colon !== undefined) {
      if (level?.keys === undefined) break;
      const key = keyOf(found.slice(0, -colon.length));
      level.at = key;
      if (level.keys.has(key)) return { fault: 'duplicate_key', pointer: pointer() };
      level.keys.add(key);
    } else if (found === '{' || found === '[') {
      open.push(found === '{' ? { keys: new Set(), at: undefined } : { keys: undefined, at: 0 });
      if (open.length > deepest) return { fault: 'too_deep', pointer: pointer() };
    } else if (found === '}' || found === ']') {
      open.pop();
    } else if (found === ',' && typeof level?.at === 'number') {
      level.at += 1;
    }
  }
  return { pointer: pointer() };
}

function keyOf(quoted: string): string {
  try {
    return String(JSON.parse(quoted));
  } catch {
    return quoted.slice(1, -1);
  }
}

import { toPointer } from './pointer.js';

/** Levels of nesting that a document may have; those of real servers have about fifteen. */
export const deepest = 256;

/** What a scan came upon first, and where; without a fault, where the text ended. */
export interface Scanned {
  fault: 'duplicate_key' | 'syntax' | 'too_deep' | undefined;
  pointer: string;
  /** Characters before it. */
  offset: number;
}

/** One object or array that is open at the place of the scanner. */
interface Level {
  /** Keys seen; undefined in an array. */
  keys: Set<string> | undefined;
  /** Key or index of the member that is being read; undefined before an object's first. */
  at: string | number | undefined;
}

/** What may come next: a value, a value or `]`, a key, a key or `}`, a colon, or what follows a value. */
type Expected = 'value' | 'first' | 'key' | 'firstKey' | 'colon' | 'next';

/**
 * Goes through the tokens of JSON without recursion, to the first fault.
 *
 * @param checkStrings whether a bad escape or a control character within a string is a fault too.
 */
export function scanJson(text: string, checkStrings: boolean): Scanned {
  const open: Level[] = [];
  const space = /[ \t\n\r]*/y;
  const scalar = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])|(?:true|false|null)(?!\w)/y;
  let expected = 'value' as Expected;
  let offset = 0;
  const found = (fault: Scanned['fault']): Scanned => ({
    fault,
    pointer: toPointer(open.flatMap(({ at }) => at ?? [])),
    offset,
  });
  const skip = (pattern: RegExp): boolean => {
    pattern.lastIndex = offset;
    if (!pattern.test(text)) return false;
    offset = pattern.lastIndex;
    return true;
  };

  for (;;) {
    skip(space);
    const level = open.at(-1);
    if (offset >= text.length) return found(level === undefined && expected === 'next' ? undefined : 'syntax');
    const character = text.charAt(offset);
    const isValue: boolean = expected === 'value' || expected === 'first';
    if (character === '"' && (isValue || expected === 'key' || expected === 'firstKey')) {
      const end = endOfString(text, offset);
      const parsed = end === undefined || (isValue && !checkStrings) ? '' : parseString(text.slice(offset, end));
      if (end === undefined || (checkStrings && parsed === undefined)) return found('syntax');
      if (!isValue && level?.keys !== undefined) {
        const key = parsed ?? text.slice(offset + 1, end - 1);
        level.at = key;
        if (level.keys.has(key)) return found('duplicate_key');
        level.keys.add(key);
      }
      offset = end;
      expected = isValue ? 'next' : 'colon';
    } else if ((character === '{' || character === '[') && isValue) {
      open.push(character === '{' ? { keys: new Set(), at: undefined } : { keys: undefined, at: 0 });
      if (open.length > deepest) return found('too_deep');
      offset += 1;
      expected = character === '{' ? 'firstKey' : 'first';
    } else if (isValue && skip(scalar)) {
      expected = 'next';
    } else if (character === ':' && expected === 'colon') {
      offset += 1;
      expected = 'value';
    } else if (character === ',' && expected === 'next' && level !== undefined) {
      offset += 1;
      if (typeof level.at === 'number') level.at += 1;
      expected = level.keys === undefined ? 'value' : 'key';
    } else if (closes(character, level, expected)) {
      open.pop();
      offset += 1;
      expected = 'next';
    } else {
      return found('syntax');
    }
  }
}

function closes(character: string, level: Level | undefined, expected: Expected): boolean {
  if (level === undefined) return false;
  if (level.keys === undefined) return character === ']' && (expected === 'next' || expected === 'first');
  return character === '}' && (expected === 'next' || expected === 'firstKey');
}

/** Where the string that begins at a quote ends, quote included; undefined where it does not. */
function endOfString(text: string, start: number): number | undefined {
  for (let quote = text.indexOf('"', start + 1); quote !== -1; quote = text.indexOf('"', quote + 1)) {
    let backslashes = 0;
    while (text.charAt(quote - 1 - backslashes) === '\\') backslashes += 1;
    if (backslashes % 2 === 0) return quote + 1;
  }
  return undefined;
}

function parseString(quoted: string): string | undefined {
  try {
    return String(JSON.parse(quoted));
  } catch {
    return undefined;
  }
}

import { isDeepStrictEqual } from 'node:util';
import { type Document, isMap, isScalar, type Pair, type Scalar, type YAMLMap } from 'yaml';
import { GitopsError } from '../error.js';
import { lineAfter } from './documents.js';
import { isRecord, readDocument } from './read-document.js';
import { type DocumentPath, memberAt } from './workload.js';

/** A change of one text in one document. */
export interface DocumentEdit {
  path: DocumentPath;
  /** Undefined takes the member away. */
  value: string | undefined;
}

/**
 * Changes texts of a document, and not one character beside them: comments, blank lines and quotes stay. Each result is
 * read again, and must mean what was there before with that one change.
 *
 * @throws GitopsError `edit_refused` where the document is written in a way that does not allow it.
 */
export function editDocument(text: string, edits: readonly DocumentEdit[]): string {
  return edits.reduce(applyOne, text);
}

function applyOne(text: string, { path, value }: DocumentEdit): string {
  const { document, value: before } = readDocument(text);
  const expected = withMember(before, path, value);
  if (isDeepStrictEqual(before, expected)) return text;
  const edited = edit(text, document, path, value);
  if (edited === undefined || !isDeepStrictEqual(readAgain(edited), expected)) throw refused(path);
  return edited;
}

function edit(text: string, document: Document, path: DocumentPath, value: string | undefined): string | undefined {
  const [name, key] = path.slice(-2);
  if (typeof key !== 'string') return undefined;
  const parent = document.getIn(path.slice(0, -1), true);
  if (value === undefined) return isMap(parent) ? withoutEntry(text, parent, key) : undefined;
  const node = document.getIn(path, true);
  if (isScalar(node)) return withScalar(text, node, value);
  if (isMap(parent)) return withEntry(text, parent, key, value);
  // The map itself is missing, or empty: `annotations:`. It comes behind the name, which every resource has.
  const outer = document.getIn(path.slice(0, -2), true);
  return isMap(outer) && typeof name === 'string' ? withMap(text, outer, name, key, value) : undefined;
}

function withScalar(text: string, node: Scalar, value: string): string | undefined {
  const range = node.range;
  if (range === undefined || range === null) return undefined;
  const [start, end] = range;
  const style = node.type;
  if (style === 'QUOTE_SINGLE') return spliced(text, start, end, `'${value.replaceAll("'", "''")}'`);
  if (style === 'QUOTE_DOUBLE') return spliced(text, start, end, JSON.stringify(value));
  if (style === 'PLAIN') return spliced(text, start, end, written(value));
  return undefined;
}

/** Behind the last entry, as deep as the others. */
function withEntry(text: string, map: YAMLMap, key: string, value: string): string | undefined {
  const entry = `${written(key)}: ${written(value)}`;
  const [start = 0, end = 0] = map.range ?? [];
  if (map.flow === true) {
    return map.items.length === 0 ? spliced(text, start, end, `{ ${entry} }`) : insertInFlow(text, map, entry);
  }
  const last = map.items.at(-1);
  const first = map.items[0];
  if (last === undefined || first === undefined) return undefined;
  return insertLine(text, endOfPair(last), indentOf(text, first), entry);
}

/** Before the closing brace. */
function insertInFlow(text: string, map: YAMLMap, entry: string): string | undefined {
  const last = map.items.at(-1);
  const at = last === undefined ? undefined : endOfPair(last);
  return at === undefined ? undefined : spliced(text, at, at, `, ${entry}`);
}

/** A map with one entry, as a new member of `outer` or in the place of one that holds nothing. */
function withMap(text: string, outer: YAMLMap, name: string, key: string, value: string): string | undefined {
  const entry = `${written(key)}: ${written(value)}`;
  if (outer.flow === true) {
    const isJson = outer.items.every((pair) => isScalar(pair.key) && pair.key.type === 'QUOTE_DOUBLE');
    const json = `${JSON.stringify(name)}: ${JSON.stringify({ [key]: value })}`;
    return insertInFlow(text, outer, isJson ? json : `${name}: { ${entry} }`);
  }
  const there = pairOf(outer, name);
  const before = there ?? pairOf(outer, 'name');
  if (before === undefined) return undefined;
  const indent = indentOf(text, before);
  if (indent === undefined) return undefined;
  const step = ' '.repeat(2);
  if (there !== undefined) {
    const at = lineAfter(text, startOfPair(there) ?? text.length);
    const line = text.slice(startOfPair(there), at);
    // A comment behind the colon stays; a value that is there (`null`, `~`) is in the way.
    if (!/^[^:]*:\s*(?:#.*)?$/.test(line.trimEnd())) return undefined;
    return insertLine(text, at, `${indent}${step}`, entry);
  }
  return insertLine(text, endOfPair(before), indent, `${name}:\n${indent}${step}${entry}`);
}

/** Without an entry's lines; a map that would be left empty goes too, but for its key. */
function withoutEntry(text: string, map: YAMLMap, key: string): string | undefined {
  const pair = pairOf(map, key);
  const start = pair === undefined ? undefined : startOfPair(pair);
  const end = pair === undefined ? undefined : endOfPair(pair);
  if (pair === undefined || start === undefined || end === undefined) return undefined;
  if (map.flow === true) {
    const isLast = map.items.at(-1) === pair;
    if (map.items.length === 1) return spliced(text, start, end, '');
    if (!isLast) return spliced(text, start, skipComma(text, end), '');
    const previous = map.items.at(-2);
    const from = previous === undefined ? undefined : endOfPair(previous);
    return from === undefined ? undefined : spliced(text, from, end, '');
  }
  if (map.items.length === 1) {
    const [from = start, to = end] = map.range ?? [];
    return spliced(text, from, Math.max(from, Math.min(to, end)), '{}');
  }
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  if (text.slice(lineStart, start).trim() !== '') return undefined;
  return spliced(text, lineStart, text[end - 1] === '\n' ? end : lineAfter(text, end), '');
}

const skipComma = (text: string, at: number): number => at + (/^\s*,\s*/.exec(text.slice(at))?.[0].length ?? 0);

function insertLine(
  text: string,
  at: number | undefined,
  indent: string | undefined,
  line: string,
): string | undefined {
  if (at === undefined || indent === undefined) return undefined;
  const end = at > 0 && text[at - 1] === '\n' ? at : lineAfter(text, at);
  const isCut = end > 0 && text[end - 1] !== '\n';
  return spliced(text, end, end, `${isCut ? '\n' : ''}${indent}${line}${isCut ? '' : '\n'}`);
}

/** The blanks before a key that begins its line; undefined where something else does. */
function indentOf(text: string, pair: Pair): string | undefined {
  const start = startOfPair(pair);
  if (start === undefined) return undefined;
  const before = text.slice(text.lastIndexOf('\n', start - 1) + 1, start);
  // The first key of an item of a list stands behind a dash.
  return /^[ -]*$/.test(before) ? ' '.repeat(before.length) : undefined;
}

const startOfPair = ({ key }: Pair): number | undefined => (isScalar(key) ? key.range?.[0] : undefined);

function endOfPair({ key, value }: Pair): number | undefined {
  const node = value ?? key;
  if (typeof node !== 'object' || node === null || !('range' in node)) return undefined;
  const range: unknown = node.range;
  const end: unknown = Array.isArray(range) ? range[1] : undefined;
  return typeof end === 'number' ? end : undefined;
}

const pairOf = (map: YAMLMap, name: string): Pair | undefined =>
  map.items.find(({ key }) => isScalar(key) && key.value === name);

/** Plain where no reader of YAML, old or new, takes it for anything but a text: names with a slash or a colon in them. */
const written = (text: string): string =>
  /^[\w.-]+(?:[/:@][\w.-]+)+$/.test(text) && /^[a-z]|[a-z]{2}/i.test(text) ? text : JSON.stringify(text);

const spliced = (text: string, start: number, end: number, by: string): string =>
  text.slice(0, start) + by + text.slice(end);

function readAgain(text: string): unknown {
  try {
    return readDocument(text).value;
  } catch {
    return undefined;
  }
}

/** A copy with one member changed. */
function withMember(value: unknown, path: DocumentPath, to: string | undefined): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return to;
  if (typeof step === 'number') {
    return Array.isArray(value)
      ? value.map((item, index) => (index === step ? withMember(item, rest, to) : item))
      : value;
  }
  const members = isRecord(value) ? value : {};
  const kept = Object.entries(members).filter(([key]) => key !== step);
  const next = withMember(memberAt(members, [step]), rest, to);
  // A map that loses its last member is left as an empty one.
  return Object.fromEntries(next === undefined ? kept : [...kept, [step, next]]);
}

const refused = (path: DocumentPath): GitopsError =>
  new GitopsError(`${path.join('.')} cannot be changed without changing more than that`, {
    code: 'edit_refused',
    hint: 'is it behind an alias or a merge key, or in a block text? Write it out, or change it by hand',
  });

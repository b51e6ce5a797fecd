import { CcApiError } from '../error.js';

/** A set of host names in the scheduler's short form: `n[01-16,20-29],login1` (docs/protocol.md §2.5). */
export interface NodeList {
  contains(host: string): boolean;
  /** The names in the list's order, with repetitions where terms overlap. */
  hosts(): Generator<string>;
  /** How many names {@link hosts} yields. */
  readonly size: number;
}

/** A literal, or the alternatives of one pair of brackets. */
type Part = string | readonly Range[];

interface Range {
  from: number;
  to: number;
  width: number;
}

/**
 * Terms separated by commas, each of letters, digits and `-`, beginning with a letter or a digit; `[01-16,20-29]` stands
 * for every number of the ranges, whose bounds have equal lengths.
 *
 * @throws CcApiError `invalid_node_list`.
 */
export function parseNodeList(text: string): NodeList {
  const terms = splitTerms(text).map((term) => parseTerm(term, text));
  return {
    contains: (host) => terms.some((parts) => matches(parts, 0, host, 0)),
    *hosts() {
      for (const parts of terms) yield* expand(parts, 0, '');
    },
    size: terms.reduce((sum, parts) => sum + parts.reduce((product, part) => product * countOf(part), 1), 0),
  };
}

/**
 * The shortest list this package knows how to write for some host names: names that differ in their last number share
 * brackets. Sorted; every name is parsed back.
 *
 * @throws CcApiError `invalid_node_list` for a name that a node list cannot hold (see {@link toNodeName}).
 */
export function formatNodeList(hosts: Iterable<string>): string {
  const groups = new Map<string, number[]>();
  for (const host of new Set(hosts)) {
    if (!literal.test(host)) throw fault(host, `${JSON.stringify(host)} is no name of letters, digits and "-"`);
    const digits = /\d{1,15}$/.exec(host)?.[0] ?? '';
    const key = `${host.slice(0, host.length - digits.length)},${digits.length}`;
    groups.set(key, [...(groups.get(key) ?? []), Number(digits)]);
  }
  const terms = [...groups].flatMap(([key, numbers]) => {
    const prefix = key.slice(0, key.lastIndexOf(','));
    const width = Number(key.slice(prefix.length + 1));
    return width === 0 ? [prefix] : formatGroup(prefix, width, numbers);
  });
  return terms.sort().join(',');
}

/**
 * The name under which a host takes part: its short name, in which whatever a node list cannot hold became `-`.
 *
 * @throws CcApiError `invalid_node_list` where nothing is left of it.
 */
export function toNodeName(hostname: string): string {
  const short = hostname.split('.', 1)[0] ?? '';
  const name = short.replace(/[^A-Za-z0-9-]+/g, '-').replace(/^-+/, '');
  if (name === '')
    throw fault(hostname, `${JSON.stringify(hostname)} has neither a letter nor a digit in its short name`);
  return name;
}

const literal = /^[A-Za-z0-9][A-Za-z0-9-]*$/;

function formatGroup(prefix: string, width: number, numbers: readonly number[]): string[] {
  const runs: Range[] = [];
  for (const number of [...numbers].sort((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last !== undefined && last.to === number - 1) last.to = number;
    else runs.push({ from: number, to: number, width });
  }
  const pad = (number: number) => String(number).padStart(width, '0');
  const singles = runs.filter(({ from, to }) => from === to).map(({ from }) => `${prefix}${pad(from)}`);
  const ranges = runs.filter(({ from, to }) => from < to).map(({ from, to }) => `${pad(from)}-${pad(to)}`);
  return ranges.length === 0 ? singles : [`${prefix}[${ranges.join(',')}]`, ...singles];
}

function splitTerms(text: string): string[] {
  const terms = [''];
  let isInside = false;
  for (const character of text) {
    if (character === ',' && !isInside) {
      terms.push('');
      continue;
    }
    if (character === '[' || character === ']') isInside = character === '[';
    terms.push(`${terms.pop() ?? ''}${character}`);
  }
  return terms;
}

function parseTerm(term: string, list: string): Part[] {
  if (!/^[A-Za-z0-9[]/.test(term)) throw fault(list, `${JSON.stringify(term)} does not begin with a letter or a digit`);
  const parts: Part[] = [];
  for (const [piece, brackets] of term.matchAll(/\[([^\]]*)\]|[^[\]]+|[[\]]/g)) {
    if (brackets !== undefined) parts.push(brackets.split(',').map((range) => parseRange(range, list)));
    else if (/^[A-Za-z0-9-]+$/.test(piece)) parts.push(piece);
    else throw fault(list, `${JSON.stringify(piece)} may hold letters, digits and "-" only`);
  }
  return parts;
}

function parseRange(text: string, list: string): Range {
  const [, from = '', to = ''] = /^(\d{1,15})-(\d{1,15})$/.exec(text) ?? [];
  if (from === '') throw fault(list, `[${text}] is no range: write [01-16]`);
  if (from.length !== to.length) throw fault(list, `the bounds of [${text}] differ in length: pad with zeros`);
  if (Number(from) > Number(to)) throw fault(list, `the range [${text}] goes backwards`);
  return { from: Number(from), to: Number(to), width: from.length };
}

function matches(parts: readonly Part[], index: number, host: string, at: number): boolean {
  const part = parts[index];
  if (part === undefined) return at === host.length;
  if (typeof part === 'string') return host.startsWith(part, at) && matches(parts, index + 1, host, at + part.length);
  return part.some(({ from, to, width }) => {
    const digits = host.slice(at, at + width);
    const isNumber = digits.length === width && /^\d+$/.test(digits);
    return isNumber && Number(digits) >= from && Number(digits) <= to && matches(parts, index + 1, host, at + width);
  });
}

function* expand(parts: readonly Part[], index: number, prefix: string): Generator<string> {
  const part = parts[index];
  if (part === undefined) {
    yield prefix;
  } else if (typeof part === 'string') {
    yield* expand(parts, index + 1, prefix + part);
  } else {
    for (const { from, to, width } of part) {
      for (let number = from; number <= to; number++) {
        yield* expand(parts, index + 1, `${prefix}${String(number).padStart(width, '0')}`);
      }
    }
  }
}

function countOf(part: Part): number {
  return typeof part === 'string' ? 1 : part.reduce((sum, { from, to }) => sum + to - from + 1, 0);
}

function fault(list: string, reason: string): CcApiError {
  return new CcApiError(`the node list ${JSON.stringify(list)} cannot be read: ${reason}`, {
    code: 'invalid_node_list',
    hint: 'write terms like n[01-16,20-29],login1',
  });
}

import type { OperationFacts } from './operation-facts.js';

/** The module that lists every operation: what a router, a mock or a report goes through. */
export function operationTable(operations: ReadonlyMap<string, OperationFacts>): string {
  const rows = [...operations].map(([id, facts]) => `  ${id}: ${literal(facts, '  ')},\n`);
  return `/** What the document says of an operation. */
export interface OperationFacts {
  readonly method: 'DELETE' | 'GET' | 'HEAD' | 'OPTIONS' | 'PATCH' | 'POST' | 'PUT';
  /** With a name in braces for each part that varies: \`/api/jobs/{id}\`. */
  readonly path: string;
  readonly parameters: readonly {
    readonly name: string;
    readonly in: 'cookie' | 'header' | 'path' | 'query';
    readonly required: boolean;
    readonly type: string;
  }[];
  /** Left out where the operation takes no body. */
  readonly body?: { readonly required: boolean; readonly mediaTypes: readonly string[]; readonly schema: string };
  /** By status; \`schema\` is left out where the answer has no body. */
  readonly responses: Readonly<
    Record<string, { readonly description: string; readonly mediaTypes: readonly string[]; readonly schema?: string }>
  >;
}

/** Every operation of the document, by its id. */
export const operationTable = {
${rows.join('')}} as const satisfies Record<string, OperationFacts>;

export type OperationId = keyof typeof operationTable;
`;
}

/** A JSON value as TypeScript, as people write it: short lists and objects on one line, members without a value left out. */
export function literal(value: unknown, indent: string): string {
  const line = flat(value);
  if (line.length <= 100 || typeof value !== 'object' || value === null) return line;
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    return `[\n${value.map((item) => `${inner}${literal(item, inner)},\n`).join('')}${indent}]`;
  }
  const members = present(value).map(([key, member]) => `${inner}${name(key)}: ${literal(member, inner)},\n`);
  return `{\n${members.join('')}${indent}}`;
}

function flat(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flat).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = present(value).map(([key, member]) => `${name(key)}: ${flat(member)}`);
    return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
  }
  return typeof value === 'string' ? quote(value) : String(value);
}

const present = (value: object) => Object.entries(value).filter(([, member]) => member !== undefined);

/** A key as it is written in an object; the one that would set the prototype is computed instead. */
function name(key: string): string {
  if (key === '__proto__') return `['__proto__']`;
  return /^(?:[A-Za-z_$][\w$]*|[1-9]\d*)$/.test(key) ? key : quote(key);
}

/** A text in single quotes. */
export function quote(text: string): string {
  const inner = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  return `'${inner.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')}'`;
}

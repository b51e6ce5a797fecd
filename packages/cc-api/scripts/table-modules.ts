import { applyPatch, type Operation } from 'rfc6902';
import type { MockAnswer, MockOperation, MockSchema, MockView } from '../src/msw/mock-view.js';

interface Described {
  consumes?: string[];
  parameters?: { in: string }[];
  security: Record<string, unknown>[];
  operationId: string;
  'x-alias-of'?: string;
  produces: string[];
  responses: Record<string, { schema?: MockSchema }>;
}

interface Document {
  paths: Record<string, Record<string, Described>>;
  definitions: Record<string, MockSchema>;
}

/**
 * The text of the module of one view.
 *
 * @throws Error where a correction cannot be made.
 */
export function mockViewModule(
  view: 'actual' | 'documented',
  document: Document,
  overlay: string,
  corrections: Operation[],
): string {
  const copy = correct(document, corrections);
  const value: MockView = {
    operations: Object.entries(copy.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => describe(path, method, operation)),
    ),
    definitions: withoutWords(copy.definitions),
  };
  return `// Generated from swagger/cc-backend-1.5.4.json and swagger/${overlay}.json by \`npm run generate\`. Do not edit.

import type { MockView } from '../msw/mock-view.js';

export const ${view}: MockView = ${JSON.stringify(value)};
`;
}

/** The text of the module that tells the low-level client of one view what its types cannot. */
export function routeFactsModule(document: Document, overlay: string, corrections: Operation[]): string {
  const rows = Object.entries(correct(document, corrections).paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, operation]) => `  '${method.toUpperCase()} ${path}': '${facts(operation).join(' ')}',\n`,
    ),
  );
  return `// Generated from swagger/cc-backend-1.5.4.json and swagger/${overlay}.json by \`npm run generate\`. Do not edit.

/** Statuses of each operation, whether only a session opens it, and what its body is. */
export const routeFacts: Readonly<Record<string, string>> = {
${rows.join('')}};
`;
}

function facts({ responses, security, consumes = [], parameters = [] }: Described): string[] {
  const isForm = parameters.some((parameter) => parameter.in === 'formData');
  return [
    ...Object.keys(responses),
    ...(security.some((scheme) => 'SessionCookie' in scheme) ? ['session'] : []),
    ...(isForm ? ['form'] : []),
    ...(consumes.includes('text/plain') ? ['text'] : []),
  ];
}

function correct(document: Document, corrections: Operation[]): Document {
  const copy = structuredClone(document);
  for (const fault of applyPatch(copy, structuredClone(corrections))) if (fault !== null) throw fault;
  return copy;
}

function describe(path: string, method: string, operation: Described): MockOperation {
  const { operationId, responses, produces } = operation;
  const alias = operation['x-alias-of'];
  return {
    id: operationId,
    ...(alias === undefined ? {} : { aliasOf: alias }),
    method: method.toUpperCase(),
    path,
    answers: Object.fromEntries(
      Object.entries(responses).map(([status, { schema }]) => [status, answer(schema, produces)]),
    ),
  };
}

/** Texts go as plain text where the operation has it, everything else as JSON. */
function answer(schema: MockSchema | undefined, produces: string[]): MockAnswer {
  if (schema === undefined) return {};
  const isText = schema.type === 'string' && produces.includes('text/plain');
  return { type: isText ? 'text/plain; charset=utf-8' : 'application/json', schema: withoutWords(schema, false) };
}

const words = ['description', 'example', 'minimum', 'maximum', 'format', 'required', 'x-enum-varnames'];

/** Without what no answer is made of. Names of properties stay, whatever they are. */
function withoutWords<T>(value: T, isMap = true): T {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const members = Object.entries(value)
    .filter(([key]) => isMap || !words.includes(key))
    .map(([key, member]) => [key, withoutWords(member, !isMap && key === 'properties')]);
  return Object.fromEntries(members);
}

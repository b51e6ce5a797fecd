import { type JsonObject, locateOperations, objectAt } from '../document/swagger.js';
import { isJsonType } from './client-module.js';
import { exampleOf, seeded } from './example.js';
import { resolve } from './operation-facts.js';
import { literal } from './operation-table.js';

/**
 * The module of MSW handlers: an answer for every documented status of every operation.
 *
 * @param seed of the example bodies. Each has random numbers of its own, so that a change elsewhere leaves it alone.
 */
export function mswModule(document: JsonObject, seed: number): string {
  const operations = locateOperations(document).map(({ operation }): [string, Record<string, Answer>] => {
    const id = String(operation['operationId']);
    return [id, answersOf(document, id, operation, seed)];
  });
  const rows = operations
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, answers]) => `  ${id}: ${literal(answers, '  ')},\n`);
  return `import { http, type HttpHandler, HttpResponse } from 'msw';
import { type OperationId, operationTable } from './operations.js';
import type { operations } from './types.js';

/** A documented answer of an operation, with a body that its schema allows. */
interface Answer {
  status: number;
  /** Undefined where the answer has no body. */
  type?: string;
  body?: unknown;
}

/** Documented statuses of an operation. */
export type StatusOf<Id extends OperationId> = keyof (typeof answers)[Id];

/** The body of an operation's answer with a status. */
export type BodyOf<Id extends OperationId, Status> = Status extends keyof operations[Id]['responses']
  ? operations[Id]['responses'][Status] extends { content: infer Content }
    ? Content[keyof Content]
    : never
  : never;

/** Options of {@link mock}. */
export interface MockOptions<Body> {
  /** Origin of the server, with the prefix of its paths. Default: any. */
  baseUrl?: string;
  /** Instead of the example. */
  body?: Body;
}

/** A handler for each operation, which answers with its success; paths without parameters come first. */
export function createHandlers(baseUrl = '*'): HttpHandler[] {
  const sortable = (id: OperationId) => operationTable[id].path.replaceAll('{', '\\uffff');
  const ids = (Object.keys(answers) as OperationId[]).sort((a, b) => (sortable(a) < sortable(b) ? -1 : 1));
  return ids.map((id) => {
    const all: Answer[] = Object.values(answers[id]);
    const answer = all.find(({ status }) => status < 300) ?? all[0] ?? { status: 200 };
    return handle(id, answer, baseUrl);
  });
}

/** The handler of one operation that answers with one of its documented statuses: \`server.use(mock('x', 404))\`. */
export function mock<Id extends OperationId, Status extends StatusOf<Id>>(
  id: Id,
  status: Status,
  options: MockOptions<BodyOf<Id, Status>> = {},
): HttpHandler {
  const answer = answers[id][status] as Answer;
  return handle(id, 'body' in options ? { ...answer, body: options.body } : answer, options.baseUrl ?? '*');
}

function handle(id: OperationId, answer: Answer, baseUrl: string): HttpHandler {
  const { method, path } = operationTable[id];
  const pattern = path.replace(/\\{([^{}]*)\\}/g, (_, name: string) => \`:\${name.replace(/\\W/g, '_')}\`);
  return http[methods[method]](baseUrl.replace(/\\/$/, '') + pattern, () => respond(answer));
}

function respond({ status, type, body }: Answer): HttpResponse<string> {
  if (type === undefined) return new HttpResponse<string>(null, { status });
  const isText = typeof body === 'string' && !/json/.test(type);
  const init = { status, headers: { 'content-type': type } };
  return new HttpResponse<string>(isText ? body : JSON.stringify(body), init);
}

const methods = {
  DELETE: 'delete',
  GET: 'get',
  HEAD: 'head',
  OPTIONS: 'options',
  PATCH: 'patch',
  POST: 'post',
  PUT: 'put',
} as const;

const answers = {
${rows.join('')}} satisfies Record<OperationId, Record<string, Answer>>;
`;
}

interface Answer {
  status: number;
  type?: string;
  body?: unknown;
}

function answersOf(document: JsonObject, id: string, operation: JsonObject, seed: number): Record<string, Answer> {
  const answers: Record<string, Answer> = {};
  const responses = Object.entries(objectAt(operation, 'responses')).filter(([status]) => !status.startsWith('x-'));
  for (const [key, response] of responses) {
    // "default" stands for failures, unless there is nothing else; informational statuses are no answers.
    const status = key === 'default' ? (responses.length === 1 ? 200 : 500) : Number(key);
    if (status < 200) continue;
    const content = Object.entries(objectAt(resolve(document, response), 'content'));
    const [type, media] = content.find(([name]) => isJsonType(name)) ?? content[0] ?? [];
    if (type === undefined || [204, 205, 304].includes(status)) {
      answers[key] = { status };
      continue;
    }
    const schema = objectAt({ media }, 'media')['schema'];
    const body = exampleOf(document, schema, seeded(`${seed} ${id} ${key}`)) ?? null;
    answers[key] = { status, type: type === '*/*' ? 'application/json' : type, body };
  }
  return answers;
}

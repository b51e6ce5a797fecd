import type { BodyFacts, OperationFacts } from './operation-facts.js';
import { quote } from './operation-table.js';

/** The module of a client with one method for each operation, over openapi-fetch. */
export function clientModule(operations: ReadonlyMap<string, OperationFacts>): string {
  const methods = [...operations].map(([id, facts]) => method(id, facts));
  const text = methods.join('');
  const helpers = Object.entries(bodies).flatMap(([name, code]) => (text.includes(`...${name}(`) ? code : []));
  const middleware = helpers.length > 0 ? ', type Middleware' : '';
  return `import createFetchClient, { type ClientOptions as FetchClientOptions, type FetchOptions${middleware} } from 'openapi-fetch';
import type { paths } from './types.js';

/** Options of {@link createClient}; those of openapi-fetch hold too. */
export interface ClientOptions extends FetchClientOptions {
  /** Origin of the server, with the prefix of its paths where it has one. */
  baseUrl: string;
  /** Sent as a bearer token with every call; a function is asked for each. */
  token?: string | (() => string | Promise<string>);
}

/** A client with one method for each operation: it answers with \`data\` or \`error\`, and the \`response\`. */
export type Client = ReturnType<typeof createClient>;

export function createClient({ token, ...options }: ClientOptions) {
  const http = createFetchClient<paths>(options);
  if (token !== undefined) {
    http.use({
      async onRequest({ request }) {
        request.headers.set('authorization', \`Bearer \${typeof token === 'function' ? await token() : token}\`);
        return request;
      },
    });
  }
  return {
    /** The same calls by method and path. */
    http,
${text}  };
}
${helpers.length > 0 ? ofType + helpers.join('') : ''}`;
}

function method(id: string, { method: verb, path, parameters, body, responses }: OperationFacts): string {
  const options = `FetchOptions<paths[${quote(path)}][${quote(verb.toLowerCase())}]>`;
  const isOptional = !parameters.some(({ required }) => required) && body?.required !== true;
  const extras = [...parseAs(responses), ...serializer(body)];
  const init = extras.length === 0 ? 'init' : `{ ${['...init', ...extras].join(', ')} }`;
  return `    /** \`${verb} ${path.replaceAll('*/', '*\\/')}\` */
    ${id}: (init: ${options}${isOptional ? ' = {}' : ''}) =>
      http.${verb}(${quote(path)}, ${init}),
`;
}

/** A success that is not JSON is text: openapi-fetch takes it for JSON unless told. */
function parseAs(responses: OperationFacts['responses']): string[] {
  const success = Object.entries(responses).find(([status]) => status.startsWith('2'))?.[1];
  const isJson = success === undefined || success.mediaTypes.length === 0 || success.mediaTypes.some(isJsonType);
  return isJson ? [] : ["parseAs: 'text' as const"];
}

function serializer(body: BodyFacts | undefined): string[] {
  if (body === undefined || body.mediaTypes.length === 0 || body.mediaTypes.some(isJsonType)) return [];
  if (body.mediaTypes.includes('application/x-www-form-urlencoded')) return ['...urlEncoded(init)'];
  if (body.mediaTypes.includes('multipart/form-data')) return ['...multipart()'];
  return [`...asText(${quote(body.mediaTypes[0] ?? 'text/plain')}, init)`];
}

/** Whether a media type is JSON, or stands for any. */
export const isJsonType = (type: string): boolean => /(?:^|\W)json\b|^\*\/\*$/.test(type);

const ofType = `
/** Says what a body is, before the caller's own middleware. */
const ofType = (type: string, init: { middleware?: Middleware[] }): { middleware: Middleware[] } => ({
  middleware: [
    {
      onRequest({ request }) {
        request.headers.set('content-type', type);
        return request;
      },
    },
    ...(init.middleware ?? []),
  ],
});
`;

const bodies = {
  urlEncoded: `
const urlEncoded = (init: { middleware?: Middleware[] }) => ({
  bodySerializer: (body: object) =>
    new URLSearchParams(Object.entries(body).map(([name, value]): [string, string] => [name, String(value)])),
  ...ofType('application/x-www-form-urlencoded', init),
});
`,
  multipart: `
const multipart = () => ({
  bodySerializer: (body: object) => {
    const form = new FormData();
    for (const [name, value] of Object.entries(body)) form.set(name, value instanceof Blob ? value : String(value));
    return form;
  },
});
`,
  asText: `
const asText = (type: string, init: { middleware?: Middleware[] }) => ({
  bodySerializer: (body: unknown) => (typeof body === 'string' ? body : JSON.stringify(body)),
  ...ofType(type, init),
});
`,
};

import openapiTs, { astToString, type OpenAPI3 } from 'openapi-typescript';
import { format, type Options } from 'prettier';
import { parse } from 'yaml';
import type { Route } from '../src/wire/route.js';
import type { Schema } from '../src/wire/schema.js';

interface Referring {
  $ref?: string;
}

interface Described extends Referring {
  description?: string;
  'x-codes'?: string[];
  content?: Record<string, { schema: Referring }>;
}

interface Parameter extends Referring {
  name: string;
  in: string;
  schema: Record<string, unknown>;
}

interface Operation {
  operationId: string;
  parameters?: Parameter[];
  'x-body-limit'?: number;
  requestBody?: Described;
  responses: Record<string, Described>;
}

interface Document {
  paths: Record<string, { parameters?: Parameter[] } & Record<string, Operation>>;
  components: {
    schemas: Record<string, Record<string, unknown>>;
    parameters: Record<string, Parameter>;
    responses: Record<string, Described>;
  };
}

const methods = ['get', 'post', 'put', 'patch', 'delete'];
const heading = '// Generated from openapi/moorline-v1.yaml by `npm run generate`. Do not edit.\n\n';
const style: Options = { parser: 'typescript', singleQuote: true, printWidth: 120, trailingComma: 'all' };

/** The text of each generated module, by its file name. @param yaml the document. */
export async function generatedModules(yaml: string): Promise<Record<string, string>> {
  const document: Document = parse(yaml);
  const types = astToString(await openapiTs(parse(yaml) as OpenAPI3, { alphabetize: false }));
  const modules = {
    'types.ts': types,
    'routes.ts': `import type { Route } from '../wire/route.js';

/** Where each operation is, and what it takes and answers. */
export const routes = ${JSON.stringify(routesOf(document))} as const satisfies Record<string, Route>;\n`,
    'schemas.ts': `import type { Schema } from '../wire/schema.js';

/** What bodies look like, by the document's names. */
export const schemas = ${JSON.stringify(schemasOf(document))} as const satisfies Record<string, Schema>;\n`,
    'answers.ts': `/** What each status of an operation means: the codes of a failure, none for a success. */
export const answers = ${JSON.stringify(answersOf(document))} as const satisfies Record<string, Record<number, readonly string[]>>;\n`,
  };
  const written = Object.entries(modules).map(async ([name, text]): Promise<[string, string]> => [
    name,
    await format(heading + text, style),
  ]);
  return Object.fromEntries(await Promise.all(written));
}

/** Every operation with its path, method and the parameters that it shares with others of its path. */
function operationsOf(document: Document): { id: string; method: string; path: string; operation: Operation }[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const operation = item[method];
      return operation === undefined
        ? []
        : [{ id: operation.operationId, method: method.toUpperCase(), path, operation }];
    }),
  );
}

function routesOf(document: Document): Record<string, Route> {
  const entries = operationsOf(document).map(({ id, method, path, operation }): [string, Route] => {
    const shared = document.paths[path]?.parameters ?? [];
    const parameters = [...shared, ...(operation.parameters ?? [])].map((one) => resolve(document, one));
    const schemasIn = (place: string) =>
      Object.fromEntries(parameters.filter((one) => one.in === place).map((one) => [one.name, lean(one.schema)]));
    const success = Object.entries(operation.responses).find(([status]) => status.startsWith('2'));
    const body = schemaOf(operation.requestBody);
    const answer = schemaOf(success?.[1]);
    return [
      id,
      {
        method,
        path,
        params: schemasIn('path'),
        query: schemasIn('query'),
        status: Number(success?.[0]),
        ...(operation['x-body-limit'] === undefined ? {} : { bodyLimit: operation['x-body-limit'] }),
        ...(body === undefined ? {} : { body }),
        ...(answer === undefined ? {} : { answer }),
      },
    ];
  });
  return Object.fromEntries(entries);
}

const schemaOf = (described: Described | undefined): string | undefined =>
  described?.content?.['application/json']?.schema.$ref?.split('/').at(-1);

function resolve(document: Document, parameter: Parameter): Parameter {
  const name = parameter.$ref?.split('/').at(-1);
  const found = name === undefined ? parameter : document.components.parameters[name];
  if (found === undefined) throw new Error(`there is no parameter ${name}`);
  return found;
}

const schemasOf = ({ components }: Document): Record<string, Schema> =>
  Object.fromEntries(Object.entries(components.schemas).map(([name, schema]) => [name, lean(schema)]));

/** Without words, and with references by their last name. */
function lean(schema: Record<string, unknown>): Schema {
  if (typeof schema['$ref'] === 'string') return { ref: schema['$ref'].split('/').at(-1) ?? '' };
  const members = Object.entries(schema).flatMap(([key, value]): [string, unknown][] => {
    if (key === 'description' || key === 'default') return [];
    if (key === 'properties') return [[key, mapValues(value as Record<string, Record<string, unknown>>)]];
    if (key === 'items') return [[key, lean(value as Record<string, unknown>)]];
    if (key === 'oneOf') return [[key, (value as Record<string, unknown>[]).map(lean)]];
    if (key === 'additionalProperties' && typeof value === 'object')
      return [[key, lean(value as Record<string, unknown>)]];
    return [[key, value]];
  });
  return Object.fromEntries(members);
}

const mapValues = (map: Record<string, Record<string, unknown>>): Record<string, Schema> =>
  Object.fromEntries(Object.entries(map).map(([key, value]) => [key, lean(value)]));

function answersOf(document: Document): Record<string, Record<string, string[]>> {
  const entries = operationsOf(document).map(({ id, operation }): [string, Record<string, string[]>] => [
    id,
    Object.fromEntries(
      Object.entries(operation.responses).map(([status, response]) => {
        const name = response.$ref?.split('/').at(-1);
        return [status, (name === undefined ? response : document.components.responses[name])?.['x-codes'] ?? []];
      }),
    ),
  ]);
  return Object.fromEntries(entries);
}

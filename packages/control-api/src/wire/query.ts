import { routes } from '../generated/routes.js';
import type { operations } from '../generated/types.js';
import { fault } from './check.js';
import { ControlApiError } from './error.js';
import type { OperationId } from './models.js';
import type { Route } from './route.js';
import type { Schema } from './schema.js';

/** What the query of an operation says. */
export type QueryOf<Id extends OperationId> = NonNullable<operations[Id]['parameters']['query']>;

const described: Readonly<Record<OperationId, Route>> = routes;

/**
 * The query string's parameters: lists repeat theirs, what is undefined is left out.
 *
 * @throws ControlApiError `invalid_option` for what the document does not allow.
 */
export function encodeQuery<Id extends OperationId>(operation: Id, query: QueryOf<Id> | undefined): URLSearchParams {
  const parameters = new URLSearchParams();
  const schemas = described[operation].query;
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value === undefined) continue;
    const schema = Object.hasOwn(schemas, name) ? schemas[name] : undefined;
    const found = schema === undefined ? `${JSON.stringify(name)} is not known` : wrong(value, schema, name);
    if (found !== undefined) throw invalidOption(operation, found);
    for (const one of Array.isArray(value) ? value : [value]) parameters.append(name, String(one));
  }
  return parameters;
}

/**
 * What the parameters of a query string say. Lists may be repeated or separated by commas (tags are repeated only, since their
 * names may hold one).
 *
 * @throws ControlApiError `bad_query`.
 */
export function decodeQuery<Id extends OperationId>(operation: Id, parameters: URLSearchParams): QueryOf<Id> {
  const schemas = described[operation].query;
  const query: Record<string, unknown> = {};
  for (const name of new Set(parameters.keys())) {
    const schema = Object.hasOwn(schemas, name) ? schemas[name] : undefined;
    if (schema === undefined) {
      throw badQuery(`there is no parameter ${quote(name)}`, Object.keys(schemas));
    }
    const value = read(parameters.getAll(name), schema, name);
    const found = wrong(value, schema, name);
    if (found !== undefined) throw badQuery(found);
    query[name] = value;
  }
  // Each member was checked against the schema that its type was made from.
  return query as QueryOf<Id>;
}

export function badQuery(message: string, known: readonly string[] = []): ControlApiError {
  return new ControlApiError(`the query is not accepted: ${message}`, {
    code: 'bad_query',
    hint: known.length === 0 ? 'correct the parameter' : `the parameters are ${known.join(', ')}`,
  });
}

const wrong = (value: unknown, schema: Schema, name: string): string | undefined =>
  fault(value, schema, { isStrict: true }, name);

function invalidOption(operation: OperationId, found: string): ControlApiError {
  return new ControlApiError(`${operation} was not asked: ${found}`, {
    code: 'invalid_option',
    hint: 'docs/protocol.md of @moorline/control-api lists the parameters',
  });
}

/** The value that the texts stand for; a text that stands for none stays one, and is found wrong. */
function read(texts: readonly string[], schema: Schema, name: string): unknown {
  if (schema.type === 'array') return name === 'tag' ? texts : texts.flatMap((text) => text.split(','));
  const [text = ''] = texts;
  if (texts.length > 1) throw badQuery(`${quote(name)} stands there ${texts.length} times`);
  if (schema.type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
  const isNumber = schema.type === 'integer' || schema.ref === 'Seconds';
  return isNumber && /^-?\d{1,16}$/.test(text) ? Number(text) : text;
}

const quote = (text: string): string => JSON.stringify(text.slice(0, 100));

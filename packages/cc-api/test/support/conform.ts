import type { Parameter, Schema, SwaggerDocument, SwaggerOperation } from './documents.js';
import { type Exchange, fill } from '../../../../tools/testenv/cc-captures.js';

/**
 * Where a captured exchange and a document part: an operation, a status, a parameter or a member that is not described,
 * or one that is described otherwise. Stricter than JSON schema: what is not described may not be there.
 */
export function partings(document: SwaggerDocument, exchange: Exchange): string[] {
  const operation = operationOf(document, exchange);
  if (operation === undefined) return [`${exchange.operation} is not described`];
  const response = operation.responses[exchange.status];
  if (response === undefined) return [`status ${exchange.status} is not described`];
  const isTaken = exchange.status < 300;
  return [
    ...(isTaken ? requestPartings(document, operation, exchange) : []),
    ...bodyPartings(document, operation, response.schema, exchange),
  ];
}

export function operationOf(document: SwaggerDocument, { operation }: Exchange): SwaggerOperation | undefined {
  const [method = '', path = ''] = operation.split(' ');
  return document.paths[path]?.[method.toLowerCase()];
}

function requestPartings(document: SwaggerDocument, operation: SwaggerOperation, exchange: Exchange): string[] {
  const parameters = operation.parameters ?? [];
  const query = new URLSearchParams(exchange.path.split('?')[1] ?? '');
  const body = parameters.find((parameter) => parameter.in === 'body');
  const isForm = exchange.requestHeaders['Content-Type'] === 'application/x-www-form-urlencoded';
  if (isForm && operation.consumes?.includes('application/x-www-form-urlencoded') !== true)
    return ['a form is not described'];
  const form = new URLSearchParams(isForm ? (exchange.requestBody ?? '') : '');
  return [
    ...textPartings(
      parameters.filter((parameter) => parameter.in === 'query'),
      query,
      'query',
    ),
    ...(isForm
      ? textPartings(
          parameters.filter((parameter) => parameter.in === 'formData'),
          form,
          'form',
        )
      : []),
    ...(isForm || !exchange.requestBody || body !== undefined ? [] : ['a body is not described']),
    ...(body?.schema?.type === undefined && body?.schema?.$ref === undefined
      ? []
      : jsonPartings(document, body.schema, exchange.requestBody)),
  ];
}

function textPartings(described: Parameter[], given: URLSearchParams, where: string): string[] {
  const unknown = [...new Set(given.keys())].filter((name) => !described.some((one) => one.name === name));
  const missing = described.filter((one) => one.required === true && !given.has(one.name)).map(({ name }) => name);
  const wrong = described.flatMap(({ name, items, type, enum: values = items?.enum }) =>
    given.getAll(name).filter((value) => {
      if (type === 'integer') return !/^(-?\d+|\{\{.*\}\})$/.test(value);
      if (type === 'boolean') return !/^(true|false)$/.test(value);
      return values !== undefined && !values.includes(value);
    }),
  );
  return [
    ...unknown.map((name) => `${where}: ${name} is not described`),
    ...missing.map((name) => `${where}: ${name} is missing`),
    ...wrong.map((value) => `${where}: ${value} is not described`),
  ];
}

function jsonPartings(document: SwaggerDocument, schema: Schema, body: string | null): string[] {
  if (schema.type === 'string' || body === null) return [];
  return jsonTextPartings(document, schema, body, 'body');
}

function bodyPartings(
  document: SwaggerDocument,
  operation: SwaggerOperation,
  schema: Schema | undefined,
  { responseBody, responseHeaders }: Exchange,
): string[] {
  const body = responseBody ?? '';
  if (schema === undefined) return body === '' ? [] : ['a body is not described'];
  if (Object.keys(schema).length === 0) return [];
  if (body === '' || body.includes('{{GZIP}}') || body.includes('{{ANY}}'))
    return body === '' ? ['a body is described'] : [];
  const types = [responseHeaders['content-type']].flat().map((type) => (type ?? '').split(';')[0] ?? '');
  if (!types.every((type) => operation.produces.includes(type))) return [`type ${types.join()} is not described`];
  if (schema.type === 'string') return /^\{"(status|error)"/.test(body) ? ['a text is described'] : [];
  if (types[0] === 'text/plain' && types.length === 1) return ['JSON is described'];
  return jsonTextPartings(document, schema, body, 'answer');
}

function jsonTextPartings(document: SwaggerDocument, schema: Schema, text: string, at: string): string[] {
  let value: unknown;
  try {
    value = JSON.parse(fill(text, new Map(), '7'));
  } catch {
    return [`${at}: no JSON`];
  }
  return schemaPartings(document, schema, value, at);
}

/** Where a value and a schema part. */
export function schemaPartings(document: SwaggerDocument, schema: Schema, value: unknown, at: string): string[] {
  if (schema.$ref !== undefined) {
    const definition = document.definitions[schema.$ref.slice('#/definitions/'.length)];
    return definition === undefined
      ? [`${at}: ${schema.$ref} is missing`]
      : schemaPartings(document, definition, value, at);
  }
  const parts = (schema.allOf ?? []).flatMap((part) => schemaPartings(document, part, value, at));
  if (value === null) return schema['x-nullable'] === true ? [] : [...parts, `${at}: null`];
  if (schema.enum !== undefined && !schema.enum.includes(value)) parts.push(`${at}: ${String(value)}`);
  if (schema.type !== undefined && !isOf(schema.type, value)) return [...parts, `${at}: no ${schema.type}`];
  if (Array.isArray(value)) {
    const { items = {} } = schema;
    return [...parts, ...value.flatMap((item, index) => schemaPartings(document, items, item, `${at}/${index}`))];
  }
  if (typeof value === 'number' && value < (schema.minimum ?? value)) parts.push(`${at}: ${value}`);
  if (typeof value !== 'object') return parts;
  const { properties = {}, required = [], additionalProperties } = schema;
  const isOpen = schema.properties === undefined && additionalProperties === undefined;
  for (const name of required) if (!Object.hasOwn(value, name)) parts.push(`${at}: ${name} is missing`);
  for (const [name, member] of Object.entries(value)) {
    const described = properties[name] ?? additionalProperties;
    if (described === undefined) parts.push(...(isOpen ? [] : [`${at}: ${name} is not described`]));
    else parts.push(...schemaPartings(document, described, member, `${at}/${name}`));
  }
  return parts;
}

function isOf(type: string, value: unknown): boolean {
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return typeof value === 'object' && !Array.isArray(value);
  return typeof value === type;
}

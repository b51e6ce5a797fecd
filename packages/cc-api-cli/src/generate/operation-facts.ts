import { lookUp } from '../document/pointer.js';
import { isObject, type JsonObject, listAt, locateOperations, objectAt } from '../document/swagger.js';

/** One operation as a document has it. */
export interface OperationFacts {
  /** `GET` */
  method: string;
  /** `/api/jobs/{id}` */
  path: string;
  /** In the order of the document. */
  parameters: ParameterFacts[];
  /** Undefined where the operation takes no body. */
  body: BodyFacts | undefined;
  /** By status, or `default`, in ascending order. */
  responses: Record<string, ResponseFacts>;
}

/** One parameter of an operation. */
export interface ParameterFacts {
  name: string;
  in: string;
  required: boolean;
  /** `integer`, `string`, `string[]` … */
  type: string;
}

/** The body that an operation takes. */
export interface BodyFacts {
  required: boolean;
  mediaTypes: string[];
  /** The schema's name, `Name[]` for a list of it; else a type such as `object`. */
  schema: string;
}

/** One answer of an operation. */
export interface ResponseFacts {
  description: string;
  /** Empty where the answer has no body. */
  mediaTypes: string[];
  /** As in a body; undefined where the answer has none. */
  schema: string | undefined;
}

/** What an OpenAPI 3 document says of each of its operations, by their ids in ascending order. */
export function operationFacts(document: JsonObject): Map<string, OperationFacts> {
  const facts = locateOperations(document).map(({ path, method, operation, item }): [string, OperationFacts] => {
    const parameters = [...listAt(item, 'parameters'), ...listAt(operation, 'parameters')];
    const responses = Object.entries(objectAt(operation, 'responses'))
      .filter(([status]) => !status.startsWith('x-'))
      .map(([status, response]): [string, ResponseFacts] => [status, responseFacts(document, response)]);
    return [
      String(operation['operationId']),
      {
        method: method.toUpperCase(),
        path,
        parameters: lastOfEach(parameters.map((parameter) => parameterFacts(document, parameter))),
        body: bodyFacts(document, operation['requestBody']),
        responses: Object.fromEntries(responses),
      },
    ];
  });
  return new Map(facts.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What a value is, or what the reference in its place leads to. */
export function resolve(document: JsonObject, value: unknown): JsonObject {
  let target = value;
  for (let hops = 0; isObject(target) && typeof target['$ref'] === 'string' && hops < 32; hops += 1) {
    target = lookUp(document, target['$ref'].slice(1));
  }
  return isObject(target) ? target : {};
}

/** A schema in a word: its name, or its type. */
function schemaName(schema: unknown): string {
  if (!isObject(schema)) return 'unknown';
  if (typeof schema['$ref'] === 'string') return schema['$ref'].slice(schema['$ref'].lastIndexOf('/') + 1);
  if (schema['type'] === 'array') return `${schemaName(schema['items'])}[]`;
  if (typeof schema['type'] === 'string') return schema['type'];
  return isObject(schema['properties']) || isObject(schema['additionalProperties']) ? 'object' : 'unknown';
}

/** An operation's own parameter stands for that of its path. */
function lastOfEach(parameters: ParameterFacts[]): ParameterFacts[] {
  return [...new Map(parameters.map((parameter) => [`${parameter.in} ${parameter.name}`, parameter])).values()];
}

function parameterFacts(document: JsonObject, given: unknown): ParameterFacts {
  const parameter = resolve(document, given);
  return {
    name: String(parameter['name']),
    in: String(parameter['in']),
    required: parameter['required'] === true,
    type: schemaName(parameter['schema']),
  };
}

function bodyFacts(document: JsonObject, given: unknown): BodyFacts | undefined {
  if (!isObject(given)) return undefined;
  const body = resolve(document, given);
  const content = objectAt(body, 'content');
  const [first] = Object.values(content);
  return {
    required: body['required'] === true,
    mediaTypes: Object.keys(content),
    schema: schemaName(isObject(first) ? first['schema'] : undefined),
  };
}

function responseFacts(document: JsonObject, given: unknown): ResponseFacts {
  const response = resolve(document, given);
  const content = objectAt(response, 'content');
  const [first] = Object.values(content);
  return {
    description: typeof response['description'] === 'string' ? response['description'] : '',
    mediaTypes: Object.keys(content),
    schema: first === undefined ? undefined : schemaName(isObject(first) ? first['schema'] : undefined),
  };
}

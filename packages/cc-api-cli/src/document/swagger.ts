/** A JSON object that nothing is known of yet. */
export type JsonObject = Record<string, unknown>;

/** A Swagger 2.0 document that went through {@link validate}: its members have the right shapes, its references lead somewhere. */
export interface SwaggerDocument extends JsonObject {
  swagger: '2.0';
  info: JsonObject & { title: string; version: string };
  paths: Record<string, JsonObject>;
}

/** The members of a path item that are operations, in the order in which Swagger names them. */
export const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch'] as const;

export type Method = (typeof methods)[number];

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** An object's member that is one; an empty object where it is absent or something else. */
export function objectAt(value: unknown, key: string): JsonObject {
  const member = isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  return isObject(member) ? member : {};
}

/** An object's member that is a list; an empty list where it is absent or something else. */
export function listAt(value: unknown, key: string): unknown[] {
  const member = isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  return Array.isArray(member) ? member : [];
}

/** One operation of a document. */
export interface Located {
  path: string;
  method: Method;
  operation: JsonObject;
  /** The path item around it, whose parameters hold for it too. */
  item: JsonObject;
}

/** Every operation of a document: paths in its order, methods in Swagger's. */
export function locateOperations(document: JsonObject): Located[] {
  return Object.entries(objectAt(document, 'paths')).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const operation = isObject(item) ? item[method] : undefined;
      return isObject(item) && isObject(operation) ? [{ path, method, operation, item }] : [];
    }),
  );
}

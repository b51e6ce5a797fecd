/** A small document with one of everything: each test changes its own copy. */
export function harbour() {
  return {
    swagger: '2.0',
    info: { title: 'Harbour', version: '1.0.0' },
    paths: {
      '/berths/': {
        get: {
          operationId: 'listBerths',
          parameters: [
            { name: 'page', in: 'query', type: 'integer', minimum: 1 },
            { name: 'state', in: 'query', type: 'string', enum: ['free', 'taken'] },
          ],
          responses: {
            '200': { description: 'OK', schema: { type: 'array', items: { $ref: '#/definitions/Berth' } } },
            '401': { description: 'Unauthorized', schema: { $ref: '#/definitions/Failure' } },
          },
        },
        post: {
          operationId: 'addBerth',
          consumes: ['application/json'],
          parameters: [{ name: 'berth', in: 'body', required: true, schema: { $ref: '#/definitions/NewBerth' } }],
          responses: {
            '201': { description: 'Created', schema: { $ref: '#/definitions/Berth' } },
            '422': { description: 'Taken', schema: { $ref: '#/definitions/Failure' } },
          },
        },
      },
      '/berths/{id}': {
        parameters: [{ name: 'id', in: 'path', required: true, type: 'integer' }],
        get: {
          operationId: 'getBerth',
          responses: {
            '200': { description: 'OK', schema: { $ref: '#/definitions/Berth' } },
            '404': { description: 'Not Found', schema: { $ref: '#/definitions/Failure' } },
          },
        },
        delete: { operationId: 'removeBerth', responses: { '204': { description: 'Gone' } } },
      },
      '/berths/free': {
        get: {
          operationId: 'freeBerths',
          produces: ['text/plain'],
          responses: { '200': { description: 'A list of names', schema: { type: 'string' } } },
        },
      },
      '/log': {
        post: {
          operationId: 'writeLog',
          consumes: ['text/plain'],
          parameters: [{ name: 'lines', in: 'body', required: true, schema: { type: 'string' } }],
          responses: { default: { description: 'Anything' } },
        },
      },
      '/users/': {
        post: {
          operationId: 'addUser',
          consumes: ['application/x-www-form-urlencoded'],
          parameters: [{ name: 'name', in: 'formData', type: 'string', required: true }],
          responses: { '200': { description: 'OK' } },
        },
      },
      '/notice/': {
        post: {
          operationId: 'setNotice',
          consumes: ['multipart/form-data'],
          parameters: [{ name: 'text', in: 'formData', type: 'string', required: true }],
          responses: { '200': { description: 'OK' } },
        },
      },
    },
    definitions: {
      Berth: {
        type: 'object',
        required: ['id', 'name'],
        properties: {
          id: { type: 'integer', minimum: 1, maximum: 99 },
          name: { type: 'string', example: 'north-1' },
          state: { type: 'string', enum: ['free', 'taken'] },
          beside: { type: 'array', items: { $ref: '#/definitions/Berth' } },
          depths: { type: 'object', additionalProperties: { type: 'number' } },
        },
      },
      NewBerth: {
        type: 'object',
        required: ['name'],
        properties: {
          name: { type: 'string', maxLength: 20 },
          state: { type: 'string', enum: ['free', 'taken'] },
        },
      },
      Failure: { type: 'object', properties: { error: { type: 'string' }, status: { type: 'string' } } },
    },
  };
}

/** The value with the member at a pointer set, or removed where the value is undefined. */
export function edited(value: unknown, pointer: string, member: unknown): unknown {
  const copy: unknown = structuredClone(value);
  const keys = pointer
    .slice(1)
    .split('/')
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  let owner: unknown = copy;
  for (const key of keys.slice(0, -1)) owner = Reflect.get(Object(owner), key);
  const last = keys.at(-1) ?? '';
  if (member === undefined) Reflect.deleteProperty(Object(owner), last);
  else Reflect.set(Object(owner), last, member);
  return copy;
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sharedFolder } from '../../../../tools/testenv/shared.js';
import { edited, harbour } from '../../test/support/harbour.js';
import { isCcApiCliError } from '../error.js';
import { validate } from './validate.js';

const shared = sharedFolder();

const operation = '/paths/~1berths~1/get';
const ref = { $ref: '#/definitions/Berth' };

describe('validate', () => {
  it('takes a document with one of everything', () => {
    expect(validate(harbour(), 'it').info.title).toBe('Harbour');
  });

  it.skipIf(shared === undefined)("takes cc-backend's own document", () => {
    const file = join(shared ?? '', 'data/clustercockpit/swagger-1.5.4.json');
    expect(Object.keys(validate(JSON.parse(readFileSync(file, 'utf8')), file).paths)).toHaveLength(25);
  });

  it.each([
    ['null', null],
    ['a list', []],
    ['a text', 'swagger'],
  ])('refuses %s', (_, value) => {
    expect(() => validate(value, 'it')).toThrow(expect.objectContaining({ code: 'not_swagger', pointer: '' }));
  });

  it.each([
    // [what is put where, code, pointer of the fault where it is another]
    ['/swagger', undefined, 'not_swagger'],
    ['/swagger', 2, 'not_swagger'],
    ['/info', undefined, 'invalid_document'],
    ['/info/title', 7, 'invalid_document'],
    ['/paths', [], 'invalid_document'],
    ['/definitions', 'none', 'invalid_document'],
    ['/paths/berths', {}, 'invalid_document'],
    ['/paths/~1x', 1, 'invalid_document'],
    ['/paths/~1x', { get: [] }, 'invalid_document', '/paths/~1x/get'],
    ['/paths/~1berths~1{name}', {}, 'duplicate_path'],
    [`${operation}/operationId`, 'getBerth', 'duplicate_operation_id', '/paths/~1berths~1{id}/get/operationId'],
    [`${operation}/operationId`, 'list-berths', 'invalid_document'],
    [`${operation}/responses`, undefined, 'invalid_document'],
    [`${operation}/responses`, {}, 'invalid_document'],
    [`${operation}/responses/ok`, { description: 'OK' }, 'invalid_document'],
    [`${operation}/responses/200`, 'OK', 'invalid_document'],
    [`${operation}/responses/200/schema`, 'Berth', 'invalid_document'],
    [`${operation}/parameters`, {}, 'invalid_document'],
    [`${operation}/parameters/0`, 'page', 'invalid_document'],
    [`${operation}/parameters/0/name`, undefined, 'invalid_document'],
    [`${operation}/parameters/0/in`, 'cookie', 'invalid_document'],
    [`${operation}/parameters/0/type`, undefined, 'invalid_document'],
    [
      '/paths/~1users~1/post/parameters/1',
      { name: 'b', in: 'body', schema: ref },
      'invalid_document',
      '/paths/~1users~1/post/parameters',
    ],
    ['/paths/~1berths~1/post/parameters/0/schema', undefined, 'invalid_document'],
    ['/paths/~1berths~1{id}/parameters', [], 'invalid_document', '/paths/~1berths~1{id}/get'],
    ['/definitions/Berth', [], 'invalid_document'],
    ['/definitions/Berth/type', 'struct', 'invalid_document'],
    ['/definitions/Berth/properties', [], 'invalid_document'],
    ['/definitions/Berth/properties/id', 'integer', 'invalid_document'],
    ['/definitions/Berth/properties/state/enum', [], 'invalid_document'],
    ['/definitions/Berth/properties/depths/additionalProperties', 'number', 'invalid_document'],
    ['/definitions/Berth/required', true, 'invalid_document'],
    ['/definitions/Berth/allOf', {}, 'invalid_document'],
    [`${operation}/responses/200/schema/items/$ref`, '#/definitions/Bert', 'missing_definition'],
    ['/definitions/Berth/properties/beside/items/$ref', '#/definitions/', 'missing_definition'],
    ['/definitions/Berth/properties/beside/items/$ref', '#/definitions/toString', 'missing_definition'],
    [
      '/definitions/Failure/properties/error',
      { $ref: 'other.json#/x' },
      'external_reference',
      '/definitions/Failure/properties/error/$ref',
    ],
    ['/definitions/Failure', { $ref: 'http://127.0.0.1/x' }, 'external_reference', '/definitions/Failure/$ref'],
    ['/definitions/Failure', { $ref: '#/definitions/Failure' }, 'circular_reference'],
  ] as const)('refuses %s: %j (%s)', (pointer, value, code, at: string = pointer) => {
    expect.assertions(2);
    try {
      validate(edited(harbour(), pointer, value), 'doc.json');
    } catch (error) {
      expect(error).toHaveProperty('code', code);
      if (isCcApiCliError(error) && error.code === 'circular_reference') expect(error.pointer).toMatch(/\/\$ref$/);
      else expect(error).toHaveProperty('pointer', at);
    }
  });

  it('says what an OpenAPI 3 document is', () => {
    expect(() => validate({ openapi: '3.0.3', info: {}, paths: {} }, 'it')).toThrow(
      'this is an OpenAPI 3.0.3 document',
    );
  });

  it('takes $ref for data where it is data, and for a name where names are chosen', () => {
    const example = edited(harbour(), '/definitions/Berth/example', { $ref: '#/nowhere' });
    expect(() => validate(example, 'it')).not.toThrow();
    const named = edited(harbour(), '/definitions/Berth/properties/$ref', { type: 'string' });
    expect(() => validate(named, 'it')).not.toThrow();
    const property = edited(harbour(), '/definitions/Berth/properties/example', { $ref: '#/nowhere' });
    expect(() => validate(property, 'it')).toThrow(expect.objectContaining({ code: 'missing_definition' }));
  });

  it('never fails in any way but its own, whatever stands anywhere', () => {
    const pointers: string[] = [];
    const walk = (value: unknown, pointer: string) => {
      if (pointer !== '') pointers.push(pointer);
      if (typeof value !== 'object' || value === null) return;
      for (const [key, member] of Object.entries(value)) walk(member, `${pointer}/${key.replaceAll('/', '~1')}`);
    };
    walk(harbour(), '');
    fc.assert(
      fc.property(fc.constantFrom(...pointers), fc.jsonValue({ maxDepth: 2 }), (pointer, value) => {
        try {
          validate(edited(harbour(), pointer, value), 'it');
        } catch (error) {
          expect(error).toHaveProperty('name', 'CcApiCliError');
        }
      }),
      { numRuns: 500 },
    );
  });
});

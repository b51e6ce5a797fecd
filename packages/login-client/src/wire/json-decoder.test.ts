import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeJson, flag, int64, listOf, mapOf, ShapeMismatch, struct, text, uint32, uint64 } from './json-decoder.js';

const shape = struct('v1.Thing', {
  name: text,
  size: int64,
  rota: flag,
  tags: listOf(text),
  labels: mapOf(text),
  part: struct('v1.Part', { count: uint32, bytes: uint64 }),
  parts: listOf(struct('v1.Part', { count: uint32 })),
});
const decode = (json: string) => decodeJson(JSON.parse(json) as unknown, shape);

describe('decodeJson', () => {
  it('passes over unknown keys and nulls', () => {
    expect(decode('{"name":"a","extra":{"a":[1]},"size":null}')).toEqual({ name: 'a' });
  });

  it('matches keys in any case, the long s and the Kelvin sign included, and the last one wins', () => {
    expect(decode('{"NAME":"a","Name":"b"}')).toEqual({ name: 'b' });
    expect(decode('{"\u017fize":7,"tag\u017f":["t"]}')).toEqual({ size: 7, tags: ['t'] });
    expect(decode('{"name":"a","NAME":null}')).toEqual({ name: 'a' });
  });

  it('reads null inside arrays and maps as the empty value', () => {
    expect(decode('{"tags":["a",null],"labels":{"k":null},"parts":[null,{"count":1}]}')).toEqual({
      tags: ['a', ''],
      labels: { k: '' },
      parts: [{}, { count: 1 }],
    });
  });

  it('keeps the case of keys that are data', () => {
    expect(decode('{"labels":{"Rack":"a","rack":"b"}}')).toEqual({ labels: { Rack: 'a', rack: 'b' } });
  });

  it('is not fooled by keys that objects have by birth', () => {
    expect(decode('{"__proto__":{"name":"x"},"constructor":"y","toString":1,"name":"a"}')).toEqual({ name: 'a' });
    const { labels } = decode('{"labels":{"__proto__":"x"}}');
    expect(Object.entries(labels ?? {})).toEqual([['__proto__', 'x']]);
  });

  it('reads null as an empty document', () => {
    expect(decode('null')).toEqual({});
  });

  it.each([
    ['[]', 'json: cannot unmarshal array into Go value of type v1.Thing'],
    ['"x"', 'json: cannot unmarshal string into Go value of type v1.Thing'],
    ['5', 'json: cannot unmarshal number into Go value of type v1.Thing'],
    ['true', 'json: cannot unmarshal bool into Go value of type v1.Thing'],
    ['{"name":5}', 'json: cannot unmarshal number into Go struct field Thing.name of type string'],
    ['{"name":{}}', 'json: cannot unmarshal object into Go struct field Thing.name of type string'],
    ['{"size":"5"}', 'json: cannot unmarshal string into Go struct field Thing.size of type int64'],
    ['{"size":1.5}', 'json: cannot unmarshal number 1.5 into Go struct field Thing.size of type int64'],
    ['{"rota":1}', 'json: cannot unmarshal number into Go struct field Thing.rota of type bool'],
    ['{"tags":"a"}', 'json: cannot unmarshal string into Go struct field Thing.tags of type []string'],
    ['{"tags":[1]}', 'json: cannot unmarshal number into Go struct field Thing.tags of type string'],
    ['{"labels":{"k":1}}', 'json: cannot unmarshal number into Go struct field Thing.labels of type string'],
    ['{"part":[]}', 'json: cannot unmarshal array into Go struct field Thing.part of type v1.Part'],
    ['{"part":{"count":-1}}', 'json: cannot unmarshal number -1 into Go struct field Part.part.count of type uint32'],
    ['{"parts":[{"count":"x"}]}', 'json: cannot unmarshal string into Go struct field Part.parts.count of type uint32'],
  ])('refuses %s in the words of a Go peer', (json, message) => {
    expect(() => decode(json)).toThrow(new ShapeMismatch(message));
  });

  it('takes 64-bit numbers beyond 2^53', () => {
    expect(decode('{"size":9223372036854775807}').size).toBe(2 ** 63);
    expect(decode('{"part":{"bytes":18446744073709551615}}').part?.bytes).toBe(2 ** 64);
  });

  it('decodes any JSON value or refuses it with its own error', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        try {
          decodeJson(value, shape);
        } catch (error) {
          expect(error).toBeInstanceOf(ShapeMismatch);
        }
      }),
    );
  });
});

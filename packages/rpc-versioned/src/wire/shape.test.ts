import { describe, expect, it } from 'vitest';
import { always, flag, int, list, map, struct, text, unlessEmpty } from './shape.js';

interface Pear {
  Colour?: string;
  Name: string;
  Seeds: number;
  Ripe?: boolean;
  Tags: string[] | null;
}

const pear = struct<Pear>('fruit.Pear', {
  Colour: unlessEmpty(text),
  Name: always(text),
  Seeds: always(int),
  Ripe: unlessEmpty(flag),
  Tags: always(list(text)),
});

describe('a struct', () => {
  it('is the same object where it has its form already', () => {
    for (const value of [
      { Colour: 'green', Name: 'a', Seeds: 3, Ripe: true, Tags: ['x'] },
      { Name: '', Seeds: 0, Tags: null },
    ]) {
      expect(pear.read(value)).toBe(value);
    }
  });

  it.each([
    [{}, { Name: '', Seeds: 0, Tags: null }],
    [
      { Name: 'a', Seeds: 1, Tags: [], Colour: 'green' },
      { Colour: 'green', Name: 'a', Seeds: 1, Tags: [] },
    ],
    [
      { Seeds: 1, Name: 'a' },
      { Name: 'a', Seeds: 1, Tags: null },
    ],
    [
      { Colour: '', Name: 'a', Seeds: 1, Ripe: false, Tags: null },
      { Name: 'a', Seeds: 1, Tags: null },
    ],
    [
      { Stranger: 1, Name: 'a', Seeds: 1, Tags: null },
      { Name: 'a', Seeds: 1, Tags: null },
    ],
    [
      { colour: 'green', NAME: 'a', Tags: [null] },
      { Colour: 'green', Name: 'a', Seeds: 0, Tags: [''] },
    ],
    [
      { Name: undefined, Seeds: null, Tags: undefined },
      { Name: '', Seeds: 0, Tags: null },
    ],
  ])('is made anew of %j, in its own order', (value, made) => {
    const before = JSON.stringify(value);
    expect(JSON.stringify(pear.read(value))).toBe(JSON.stringify(made));
    expect(JSON.stringify(value)).toBe(before);
  });

  // Whatever stands in front of a member, and wherever it stands itself, it is looked at.
  it.each([
    { Name: 'a', Seeds: 1, Tags: null, Colour: 5 },
    { Name: 'a', Colour: 5, Seeds: 1, Tags: null },
    { Stranger: 1, Colour: 5 },
    { Stranger: 1, Ripe: 'yes' },
    { Tags: [5], Name: 'a' },
    { Name: 'a', Seeds: 1, Tags: null, Ripe: 'yes' },
    { Colour: 'green', Seeds: '1' },
    { tags: {} },
  ])('refuses %j', (value) => {
    expect(() => pear.read(value)).toThrow(/^json: cannot unmarshal \w+ into Go (struct field Pear\.|value)/);
  });
});

it('a map keeps its names, and is the same object where its values are as they should be', () => {
  const value = JSON.parse('{"b":"1","__proto__":"2","a":"3"}') as unknown;
  expect(map(text).read(value)).toBe(value);
  const read = map(text).read(JSON.parse('{"b":null,"__proto__":"2"}'));
  expect([JSON.stringify(read), Object.getPrototypeOf(read)]).toEqual(['{"b":"","__proto__":"2"}', Object.prototype]);
});

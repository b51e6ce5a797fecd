import { describe, expect, it } from 'vitest';
import { choice, duration, type Form, httpUrl, integer, path, port, size, text, toggle } from './form.js';

const level = choice('low', 'high');
const few = integer(1, 9);

describe('forms', () => {
  it.each<[string, Form<unknown>, unknown, unknown]>([
    ['port', port, '8080', 8080],
    ['port', port, 0, 0],
    ['port', port, '65536', undefined],
    ['port', port, '-1', undefined],
    ['port', port, '80.5', undefined],
    ['port', port, 'http', undefined],
    ['integer', few, '9', 9],
    ['integer', few, 3, 3],
    ['integer', few, '10', undefined],
    ['integer', few, '1e0', undefined],
    ['duration', duration, '10s', 10_000],
    ['duration', duration, '1.5 h', 5_400_000],
    ['duration', duration, '500ms', 500],
    ['duration', duration, '30d', 2_592_000_000],
    ['duration', duration, '10', undefined],
    ['duration', duration, '10 parsecs', undefined],
    ['duration', duration, '', undefined],
    ['size', size, '256MiB', 268_435_456],
    ['size', size, '1kB', 1000],
    ['size', size, '256', undefined],
    ['size', size, '-1MiB', undefined],
    ['toggle', toggle, true, true],
    ['toggle', toggle, 'false', false],
    ['toggle', toggle, 'yes', undefined],
    ['choice', level, 'low', 'low'],
    ['choice', level, 'middle', undefined],
    ['httpUrl', httpUrl, 'https://cp.example:8443', 'https://cp.example:8443'],
    ['httpUrl', httpUrl, 'ftp://cp.example', undefined],
    ['httpUrl', httpUrl, 'cp.example', undefined],
    ['text', text(), 'x', 'x'],
    ['text', text(), 7, '7'],
    ['text', text(), '', undefined],
    ['path', path, '/tmp', '/tmp'],
    ['path', path, '', undefined],
    ['path', path, { deep: true }, undefined],
  ])('%s (#%#) reads %j', (_name, form, input, expected) => {
    expect(form.parse(input)).toEqual(expected);
  });

  it('says what it accepts, bounds and words included', () => {
    expect([few.accepted, level.accepted, level.placeholder]).toEqual([
      'a whole number, 1 to 9',
      'one of low, high',
      'low|high',
    ]);
  });
});

import { describe, expect, it } from 'vitest';
import { basePathForm, withoutBasePath } from './base-path.js';

describe('the base path', () => {
  it.each(['/cp', '/hpc/cp', '/~a/b.c-d_e'])('may be %s', (path) => expect(basePathForm.parse(path)).toBe(path));

  it.each(['', '/', 'cp', '/cp/', '//cp', '/a/../b', '/api', '/moorline/x', '/v11', '/a b', '/a?b', 7])(
    'may not be %j',
    (path) => expect(basePathForm.parse(path)).toBeUndefined(),
  );

  it.each([
    ['/cp', '/'],
    ['/cp?x=1', '/?x=1'],
    ['/cp/', '/'],
    ['/cp/jobs/1?x', '/jobs/1?x'],
    ['/cpu', '/cpu'],
    ['/jobs', '/jobs'],
    ['/a/cp/', '/a/cp/'],
  ])('is taken from %s', (url, rest) => expect(withoutBasePath(url, '/cp')).toBe(rest));

  it('takes nothing where there is none', () => expect(withoutBasePath('/cp/x', '')).toBe('/cp/x'));
});

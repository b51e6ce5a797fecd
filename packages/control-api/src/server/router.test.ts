import { expect, it } from 'vitest';
import { operationIds, routeOf } from '../wire/route-of.js';
import { findOperation } from './router.js';

it('finds every operation at its path, and no other there', () => {
  for (const operation of operationIds) {
    const { method, path, params } = routeOf(operation);
    const asked = `/moorline/v1${path.replace(/\{\w+\}/g, 'x')}`;
    const found = { operation, params: Object.fromEntries(Object.keys(params).map((name) => [name, 'x'])) };
    expect(findOperation(method, asked)).toEqual(found);
  }
});

it('decodes the names in a path, each once', () => {
  expect(findOperation('GET', '/moorline/v1/clusters/a%2Fb/nodes/n%2531')).toEqual({
    operation: 'getNode',
    params: { cluster: 'a/b', host: 'n%31' },
  });
});

it('answers HEAD as GET', () => {
  expect(findOperation('HEAD', '/moorline/v1/me').operation).toBe('getMe');
});

it.each([
  ['GET', '/moorline/v1', 'not_found'],
  ['GET', '/moorline/v1/', 'not_found'],
  ['GET', '/moorline/v1/me/', 'not_found'],
  ['GET', '/moorline/v2/me', 'not_found'],
  ['GET', '/other/moorline/v1/me', 'not_found'],
  ['GET', '/moorline/v1/clusters/%zz', 'bad_request'],
  ['PUT', '/moorline/v1/clusters/%E0%A4%A', 'bad_request'],
  ['GET', '/moorline/v1/clusters//nodes', 'bad_request'],
  ['GET', `/moorline/v1/machines/${'x'.repeat(257)}`, 'bad_request'],
  ['POST', '/moorline/v1/me', 'method_not_allowed'],
])('refuses %s %s with %s', (method, path, code) => {
  expect(() => findOperation(method, path)).toThrow(expect.objectContaining({ code, hint: expect.any(String) }));
});

it('names the methods that a path has', () => {
  expect(() => findOperation('PATCH', '/moorline/v1/registrations')).toThrow(
    expect.objectContaining({ details: { allow: 'GET, POST, HEAD' } }),
  );
});

import { describe, expect, it } from 'vitest';
import { operations } from '../wire/operations.js';
import { matchRoute } from './router.js';

describe('matchRoute', () => {
  it('finds every operation at each of its methods and paths', () => {
    for (const [operation, { methods, paths }] of Object.entries(operations)) {
      for (const path of paths) {
        for (const method of methods) {
          const match = matchRoute(method, path.replace('{id}', '12'));
          expect(match).toMatchObject({ found: 'operation', operation });
        }
      }
    }
  });

  it.each([
    ['GET', '/api/jobs/12', { found: 'operation', operation: 'getJob', id: '12' }],
    ['POST', '/api/jobs/used_nodes', { found: 'operation', operation: 'getJobSeries', id: 'used_nodes' }],
    ['GET', '/api/jobs/1%2F2', { found: 'operation', operation: 'getJob', id: '1%2F2' }],
    ['DELETE', '/api/jobs/12', { found: 'methods', methods: ['GET', 'POST'] }],
    ['GET', '/api/jobs/metrics/', { found: 'nothing' }],
    ['GET', '/api/jobs/12/', { found: 'nothing' }],
    ['GET', '/api//jobs/', { found: 'nothing' }],
    ['GET', '/', { found: 'nothing' }],
    ['GET', '', { found: 'nothing' }],
    ['GET', '/api/__proto__', { found: 'nothing' }],
  ])('leads %s %s where the original leads it', (method, path, expected) => {
    expect(matchRoute(method, path)).toEqual(expected);
  });
});

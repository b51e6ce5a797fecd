import { describe, expect, it } from 'vitest';
import { operations, type OperationId } from '../wire/operations.js';
import { createRouter, pathsElsewhere } from './router.js';

const without = new Set<OperationId>();
const matchRoute = createRouter({ documentedPaths: false, without });

describe('a router', () => {
  it('finds every operation at each of its methods and paths', () => {
    for (const [operation, { methods, paths }] of Object.entries(operations)) {
      for (const path of paths) {
        for (const method of methods) {
          const match = matchRoute(method, path.replace(/\{\w+\}/g, '12'));
          expect(match).toMatchObject({ found: 'operation', operation });
        }
      }
    }
  });

  it.each([
    ['GET', '/api/jobs/', { found: 'operation', operation: 'listJobs', id: '', cluster: '' }],
    ['GET', '/api/jobs/12', { found: 'operation', operation: 'getJob', id: '12', cluster: '' }],
    ['POST', '/api/jobs/used_nodes', { found: 'operation', operation: 'getJobSeries', id: 'used_nodes', cluster: '' }],
    ['GET', '/api/jobs/1%2F2', { found: 'operation', operation: 'getJob', id: '1%2F2', cluster: '' }],
    ['DELETE', '/api/jobs/12', { found: 'methods', methods: ['GET', 'POST'] }],
    ['GET', '/api/jobs/metrics/', { found: 'nothing' }],
    ['GET', '/api/jobs/12/', { found: 'nothing' }],
    ['GET', '/api//jobs/', { found: 'nothing' }],
    ['GET', '/', { found: 'nothing' }],
    ['GET', '//', { found: 'nothing' }],
    ['GET', '', { found: 'nothing' }],
    ['GET', '/api/__proto__', { found: 'nothing' }],
  ])('leads %s %s where the original leads it', (method, path, expected) => {
    expect(matchRoute(method, path)).toEqual(expected);
  });

  it('leads to the paths of the document only where it is to', () => {
    const both = createRouter({ documentedPaths: true, without });
    for (const [operation, { documentedAt }] of Object.entries(operations)) {
      if (documentedAt === undefined) continue;
      const path = documentedAt.path.replace(/\{\w+\}/g, '12');
      expect(both(documentedAt.method, path)).toMatchObject({ found: 'operation', operation });
      expect(matchRoute(documentedAt.method, path).found).not.toBe('operation');
    }
    expect(pathsElsewhere({ documentedPaths: true, without })).toContain('/write/');
    expect(pathsElsewhere({ documentedPaths: false, without })).toEqual([]);
  });

  it('leads nowhere without the operation', () => {
    const fewer = createRouter({ documentedPaths: true, without: new Set(['getJob', 'writeMetrics']) });
    expect(fewer('GET', '/api/jobs/12')).toEqual({ found: 'methods', methods: ['POST'] });
    expect(fewer('POST', '/api/write').found).toBe('nothing');
  });
});

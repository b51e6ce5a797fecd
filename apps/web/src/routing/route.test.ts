import { describe, expect, it } from 'vitest';
import { formatRoute, parseRoute, type Route } from './route.js';

describe('a route', () => {
  it.each<[string, Route]>([
    ['/', { view: 'home' }],
    ['/sign-in', { view: 'signIn' }],
    ['/jobs', { view: 'jobs' }],
    ['/jobs/4711', { view: 'job', id: 4711 }],
    ['/clusters', { view: 'cluster', cluster: undefined }],
    ['/clusters/emmy', { view: 'cluster', cluster: 'emmy' }],
    ['/clusters/emmy/nodes/e0101', { view: 'node', cluster: 'emmy', host: 'e0101' }],
    ['/clusters/a%2Fb/nodes/%3Cscript%3E', { view: 'node', cluster: 'a/b', host: '<script>' }],
    ['/clusters/~../nodes/~~.', { view: 'node', cluster: '..', host: '~.' }],
    ['/clusters/__proto__', { view: 'cluster', cluster: '__proto__' }],
    ['/agents', { view: 'agents' }],
    ['/admin/registrations', { view: 'admin', page: 'registrations' }],
  ])('is read from %s and written back', (path, route) => {
    expect(parseRoute(path)).toEqual(route);
    expect(formatRoute(route)).toBe(path);
  });

  it.each([
    ['/jobs/', '/jobs'],
    ['/admin', '/admin/users'],
  ])('is the same at %s as at %s', (path, canonical) => {
    expect(formatRoute(parseRoute(path))).toBe(canonical);
  });

  it.each(['/jobs/0', '/jobs/1x', '/jobs/99999999999999999', '/admin/x', '/clusters//nodes/x', '/clusters/%ff', '/x'])(
    'is none at %s',
    (path) => {
      expect(parseRoute(path)).toEqual({ view: 'notFound', path });
    },
  );
});

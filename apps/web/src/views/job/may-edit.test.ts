import { expect, it } from 'vitest';
import { mayEditJobs, tagScopesFor } from './may-edit.js';

it.each([
  [['api'], true],
  [['admin', 'api'], true],
  [['admin', 'api', 'user'], true],
  [['admin'], false],
  [['api', 'user'], false],
  [['support'], false],
  [[], false],
])('roles %j may edit: %s', (roles, expected) => {
  expect(mayEditJobs(roles)).toBe(expected);
  expect(tagScopesFor(roles).length > 0).toBe(expected);
});

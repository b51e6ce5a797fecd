import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { generatedModules } from '../scripts/modules.js';
import { answers } from '../src/generated/answers.js';
import { createControlClient } from '../src/index.js';
import { controlMock } from '../src/msw.js';
import { handlers } from '../src/server/handlers.js';
import { operationIds, routeOf } from '../src/wire/route-of.js';

const read = (file: string) => readFileSync(join(import.meta.dirname, '..', file), 'utf8');

it('is what npm run generate would write again', { timeout: 60_000 }, async () => {
  const modules = await generatedModules(read('openapi/moorline-v1.yaml'));
  for (const [name, text] of Object.entries(modules)) expect(read(`src/generated/${name}`), name).toBe(text);
});

it('gives every operation a client method, a handler and a mock, and none besides', () => {
  const { subscribeLive: live, ...others } = createControlClient({ baseUrl: 'http://localhost' });
  const { handlers: _, simulate: __, ...mocks } = controlMock;
  const ids = [...operationIds].sort();
  expect(Object.keys({ ...others, live }).sort()).toEqual(ids);
  expect(Object.keys(handlers).sort()).toEqual(ids);
  expect(Object.keys(mocks).sort()).toEqual(ids);
});

it('stands in docs/protocol.md with every path and status', () => {
  const rows = operationIds.map((id) => {
    const { method, path } = routeOf(id);
    return `| \`${id}\` | \`${method} ${path}\` | ${Object.keys(answers[id]).join(', ')} |`;
  });
  const page = read('docs/protocol.md').replace(/ +\|/g, ' |');
  for (const row of rows) expect(page).toContain(row);
});

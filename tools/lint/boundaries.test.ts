import { join } from 'node:path';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import { beforeAll, describe, expect, it } from 'vitest';
import { root } from '../repo/root.js';

let eslint: ESLint;
beforeAll(() => {
  // The files under test exist only here, so no project knows them: without the rules that ask for types.
  const untyped = { ...tseslint.configs.disableTypeChecked, files: ['**/*.ts', '**/*.tsx'] };
  eslint = new ESLint({ cwd: root, overrideConfig: [untyped] as ESLint.Options['overrideConfig'] & object });
});

/** What the rules of the house say of a file with that text. */
async function complaints(path: string, text: string): Promise<string[]> {
  const results = await eslint.lintText(text, { filePath: join(root, path) });
  const messages = results.flatMap((result) => result.messages);
  const broken = messages.find((message) => message.fatal === true);
  if (broken !== undefined) throw new Error(`${path}: ${broken.message}`);
  return messages.filter(({ ruleId }) => /restricted/.test(ruleId ?? '')).map(({ message }) => message);
}

const importOf = (from: string) => `import { x } from '${from}';\nexport const y = x;\n`;

describe('the rules of the house', { timeout: 30_000 }, () => {
  it.each([
    ['wire → client', 'packages/login-client/src/wire/a.ts', '../client/login.js', 'wire/ does not import client/'],
    ['wire → server', 'packages/login-client/src/wire/a.ts', '../server.js', 'wire/ does not import server/'],
    [
      'client → server',
      'packages/login-client/src/client/a.ts',
      '../server/handler.js',
      'client/ does not import server/',
    ],
    [
      'client → the server entry',
      'packages/login-client/src/client/deep/a.ts',
      '../../server.js',
      'client/ does not import server/',
    ],
    [
      'server → client',
      'packages/login-client/src/server/a.ts',
      '../client/login.js',
      'server/ does not import client/',
    ],
    ['package → sibling', 'packages/cc-api/src/a.ts', '@moorline/nats-lineproto', 'imports only @moorline/core'],
    [
      'package → sibling, from a room',
      'packages/cc-api/src/client/a.ts',
      '@moorline/cc-store',
      'imports only @moorline/core',
    ],
    [
      'package → sibling by path',
      'packages/cc-api/src/a.ts',
      '../../core/src/index.js',
      'Do not reach into another workspace',
    ],
    [
      'package → app by path',
      'packages/cc-api/src/a.ts',
      '../../../apps/server/src/main.js',
      'Do not reach into another workspace',
    ],
    ['deep import of src', 'packages/cc-api/src/a.ts', '@moorline/core/src/retry.js', 'Use a public entry'],
    ['deep import of dist, by an app', 'apps/server/src/a.ts', '@moorline/core/dist/index.js', 'Use a public entry'],
    [
      'app → package by path',
      'apps/server/src/a.ts',
      '../../../packages/core/src/index.js',
      'Do not reach into another workspace',
    ],
    ['package → app', 'packages/login-client/src/a.ts', '@moorline/agent', 'Nothing imports an app'],
    ['cc-store → app', 'packages/cc-store/src/a.ts', '@moorline/server', 'Nothing imports an app'],
    ['app → app', 'apps/server/src/a.ts', '@moorline/agent', 'Nothing imports an app'],
    [
      'cc-store → login-client',
      'packages/cc-store/src/a.ts',
      '@moorline/login-client',
      'imports only @moorline/core and @moorline/cc-api',
    ],
    [
      'cc-api-cli → cc-store',
      'packages/cc-api-cli/src/a.ts',
      '@moorline/cc-store',
      'imports only @moorline/core and @moorline/cc-api',
    ],
    ['cc-api-cli → app', 'packages/cc-api-cli/src/a.ts', '@moorline/server', 'Nothing imports an app'],
    ['app-kit → a protocol package', 'packages/app-kit/src/a.ts', '@moorline/cc-api', 'imports only @moorline/core'],
    ['core → anything', 'packages/core/src/a.ts', '@moorline/cc-api', '@moorline/core depends on nothing'],
    ['wire → Node', 'packages/cc-api/src/wire/a.ts', 'node:crypto', 'nothing of Node is imported'],
    ['wire → Node, without node:', 'packages/cc-api/src/wire/a.ts', 'fs/promises', 'nothing of Node is imported'],
    ['package → timers of Node', 'packages/cc-api/src/client/a.ts', 'node:timers/promises', "@moorline/core's clock"],
    ['app → timers of Node', 'apps/agent/src/a.ts', 'timers', "@moorline/core's clock"],
    ['app → libsql', 'apps/agent/src/a.ts', 'libsql', 'An app writes no SQL'],
    ['app → kysely', 'apps/server/src/deep/a.ts', 'kysely', 'An app writes no SQL'],
    ['page → a package of Node', 'apps/web/src/views/a.tsx', '@moorline/cc-store', 'The page imports only'],
    ['page → deep import', 'apps/web/src/a.tsx', '@moorline/core/src/retry.js', 'Use a public entry'],
    ['page → Node', 'apps/web/src/api/a.ts', 'node:fs', 'The page runs in a browser'],
    ['page → SQL', 'apps/web/src/a.tsx', 'kysely', 'An app writes no SQL'],
    ['core → itself by name', 'packages/core/src/a.ts', '@moorline/core/testing', '@moorline/core depends on nothing'],
  ])('report %s', async (_, path, from, message) => {
    const found = await complaints(path, importOf(from));
    expect(found.join('\n')).toContain(message);
    const ofType = await complaints(path, `import type { X } from '${from}';\nexport type Y = X;\n`);
    expect(ofType.join('\n'), 'import type').toContain(message);
    const again = await complaints(path, `export { x } from '${from}';\n`);
    expect(again.join('\n'), 'export from').toContain(message);
  });

  it.each([
    ['in wire/', 'packages/cc-api/src/wire/a.ts', 'node:fs', 'no dynamic import'],
    ['of libsql by an app', 'apps/server/src/a.ts', 'libsql', 'An app writes no SQL'],
    ['of timers', 'packages/login-client/src/client/a.ts', 'node:timers', "@moorline/core's clock"],
    ['of a sibling', 'packages/cc-api/src/a.ts', '@moorline/cc-store', 'imports only @moorline/core'],
    [
      'of a sibling, from client/',
      'packages/cc-api/src/client/a.ts',
      '@moorline/cc-store',
      'imports only @moorline/core',
    ],
    [
      'of login-client by cc-store',
      'packages/cc-store/src/a.ts',
      '@moorline/login-client',
      'imports only @moorline/core and @moorline/cc-api',
    ],
    ['of anything by core', 'packages/core/src/a.ts', '@moorline/cc-api', '@moorline/core depends on nothing'],
  ])('report a dynamic import %s', async (_, path, from, message) => {
    const found = await complaints(path, `export const x = import('${from}');\n`);
    expect(found.join('\n')).toContain(message);
  });

  it.each([
    ['packages/login-client/src/wire/a.ts', '@moorline/core'],
    ['packages/login-client/src/wire/a.ts', './endpoint.js'],
    ['packages/login-client/src/wire/deep/a.ts', '../client-version.js'],
    ['packages/login-client/src/client/a.ts', '../wire/endpoint.js'],
    ['packages/login-client/src/server/a.ts', '../wire/endpoint.js'],
    ['packages/login-client/src/msw/a.ts', '../server/handler.js'],
    ['packages/login-client/src/testing/a.ts', '../client/login.js'],
    ['packages/login-client/src/index.ts', './client/login.js'],
    ['packages/login-client/src/a.ts', '@moorline/core/testing'],
    ['packages/login-client/src/a.ts', 'libsql'],
    ['packages/cc-store/src/a.ts', '@moorline/cc-api/server'],
    ['packages/cc-api-cli/src/a.ts', '@moorline/cc-api'],
    ['packages/core/src/a.ts', './retry.js'],
    ['apps/agent/src/a.ts', '@moorline/cc-store/spool'],
    ['apps/agent/src/a.ts', '@moorline/app-kit'],
    ['apps/agent/src/client/a.ts', '../server/x.js'],
    ['packages/cc-api/src/wire/a.test.ts', 'node:fs'],
    ['packages/cc-api/src/client/a.test.ts', 'node:timers/promises'],
    ['packages/cc-api/src/client/a.ts', 'node:http'],
    ['packages/core/src/a.ts', 'node:timers'],
    ['apps/agent/test/a.ts', 'libsql'],
    ['apps/web/src/a.tsx', '@moorline/control-api'],
    ['apps/web/src/a.tsx', 'preact'],
    ['apps/web/src/a.test.ts', 'node:fs'],
    ['apps/web/vite.config.ts', 'node:path'],
  ])('allow %s to import %s', async (path, from) => {
    expect(await complaints(path, importOf(from))).toEqual([]);
  });

  const clock = "@moorline/core's clock";
  const pure = 'wire/ does no I/O';
  it.each([
    ['packages/cc-api/src/client/a.ts', 'setTimeout(() => 1, 1)', clock],
    ['packages/cc-store/src/spool/a.ts', 'globalThis.setInterval(() => 1, 1)', clock],
    ['packages/app-kit/src/a.ts', 'Date.now()', clock],
    ['packages/nats-lineproto/src/wire/a.ts', 'Date.now()', clock],
    ['packages/login-client/src/server/a.ts', 'new Date()', clock],
    ['packages/login-client/src/a.ts', 'performance.now()', clock],
    ['packages/apicaller/src/engine/a.ts', 'AbortSignal.timeout(1)', clock],
    ['apps/agent/src/collectors/a.ts', 'Date.now()', clock],
    ['apps/server/src/a.ts', 'setInterval(() => 1, 1)', clock],
    ['apps/agent/src/a.ts', 'process.hrtime()', clock],
    ['apps/web/src/views/a.tsx', 'setTimeout(() => 1, 1)', clock],
    ['packages/cc-api/src/wire/a.ts', 'setTimeout(() => 1, 1)', clock],
    ['packages/cc-api/src/wire/a.ts', 'performance.now()', clock],
    ['packages/cc-api/src/wire/a.ts', 'new Date()', clock],
    ['packages/cc-api/src/wire/a.ts', "process.env['HOME']", pure],
    ['packages/cc-api/src/wire/a.ts', "Buffer.from('a')", pure],
    ['packages/cc-api/src/wire/deep/a.ts', "fetch('http://cp.example')", pure],
    ['packages/cc-api/src/wire/a.ts', "globalThis.fetch('http://cp.example')", pure],
  ])('report in %s %s', async (path, expression, message) => {
    expect((await complaints(path, `export const x = ${expression};\n`)).join('\n')).toContain(message);
  });

  it.each([
    ['packages/core/src/a.ts', 'setTimeout(() => Date.now(), 1)'],
    ['packages/cc-api/src/client/a.test.ts', 'setTimeout(() => Date.now(), 1)'],
    ['packages/cc-api/src/wire/a.test.ts', "[process.env['HOME'], new Date()]"],
    ['packages/cc-api/src/wire/a.ts', 'new Date(0).toISOString()'],
    ['packages/cc-api/src/client/a.ts', "fetch('http://cp.example')"],
    ['apps/agent/src/a.ts', 'process.pid'],
    ['apps/agent/test/a.ts', 'Date.now()'],
  ])('allow in %s %s', async (path, expression) => {
    expect(await complaints(path, `export const x = ${expression};\n`)).toEqual([]);
  });

  it('allow a dynamic import of an optional peer outside of wire/', async () => {
    expect(await complaints('packages/login-client/src/client/a.ts', `export const x = import('libsql');\n`)).toEqual(
      [],
    );
  });
});

import type { ApicallerErrorCode } from '@moorline/apicaller';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { bundle, bundled } from '../../../tools/testenv/bundle.js';

const folder = join(import.meta.dirname, '..');
const readme = readFileSync(join(folder, 'README.md'), 'utf8');

const codes: Record<ApicallerErrorCode, true> = {
  aborted: true,
  already_installed: true,
  bounce_requested: true,
  context_expired: true,
  dependency_cycle: true,
  dependency_missing: true,
  engine_stopping: true,
  input_unknown: true,
  invalid_config: true,
  invalid_manifold: true,
  invalid_name: true,
  output_unknown: true,
  uninstall_requested: true,
  worker_invalid: true,
  worker_unknown: true,
};

it('lists every error code, and no other', () => {
  const table = readme.slice(readme.indexOf('## Errors'), readme.indexOf('## Differences'));
  expect([...table.matchAll(/^\| `(\w+)` /gm)].map(([, code]) => code)).toEqual(Object.keys(codes));
});

describe('the examples', () => {
  const wanted: Record<string, RegExp> = {
    'three-workers': /^delivered sample 1\ndelivered sample 2\n/,
    report: /^connection: started, came up 1 ×\n[^]*reporter: starting[^]*watcher: stopped/,
    'fatal-error': /^store closed\nError: the machine was removed\n/,
  };
  const names = Object.keys(wanted);
  beforeAll(() => bundle(folder, Object.fromEntries(names.map((name) => [`example-${name}`, `examples/${name}.ts`]))));

  it.each(Object.entries(wanted))(
    '%s stands in the README as it is run, and prints what it should',
    { timeout: 30_000 },
    async (name, output) => {
      expect(readme).toContain('```ts\n' + readFileSync(join(folder, 'examples', `${name}.ts`), 'utf8') + '```');
      const { stdout, stderr } = await promisify(execFile)(process.execPath, [bundled(folder, `example-${name}`)], {
        cwd: folder,
      });
      expect(stdout).toMatch(output);
      expect(stderr).toBe('');
    },
  );
});

import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../tools/testenv/temporary-folder.js';
import { edited, harbour } from './support/harbour.js';
import { programPath } from './build-program.js';
import { ccApi, run } from './support/run.js';
import { serve } from './support/serve.js';

/** A file with a document in a folder of the test's own. */
function written(document: unknown = harbour(), folder = temporaryFolder()): string {
  const file = join(folder, 'doc.json');
  writeFileSync(file, typeof document === 'string' ? document : JSON.stringify(document));
  return file;
}

describe('cc-api', { timeout: 60_000 }, () => {
  it('tells its version and what there is', async () => {
    expect(await ccApi('--version')).toMatchObject({ code: 0, stdout: '0.1.0\n', stderr: '' });
    const help = await ccApi('--help');
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout).toContain('generate');
    expect(help.stdout).toContain('diff');
  });

  it('ends with 64 for a command line that means nothing', async () => {
    const { code, stdout, stderr } = await ccApi('diff', 'only-one');
    expect([code, stdout]).toEqual([64, '']);
    expect(stderr).toContain("missing required argument 'after'");
  });
});

describe('cc-api generate', { timeout: 60_000 }, () => {
  it('writes, says what changed, and checks it later', async () => {
    const file = written();
    const out = join(temporaryFolder(), 'cc');
    const parameters = ['generate', '--document', file, '--out', out];
    const first = await ccApi(...parameters);
    const added = ['client', 'msw', 'operations', 'types'].map((part) => `added      ${part}.ts\n`).join('');
    expect(first).toMatchObject({ code: 0, stdout: added });
    expect(first.stderr).toContain(`cc-api: reading ${file}\n`);
    expect(first.stderr).toContain(`cc-api: 8 operations, 0 corrections: written to ${out}\n`);
    const again = await ccApi(...parameters, '--check');
    expect(again).toMatchObject({ code: 0, stdout: added.replaceAll('added    ', 'unchanged') });
    written(edited(harbour(), '/paths/~1log', undefined), join(file, '..'));
    const later = await ccApi(...parameters, '--check');
    expect(later).toMatchObject({ code: 1, stdout: expect.stringContaining('changed    operations.ts\n') });
    expect(later.stderr).toContain('out of date');
  });

  it.each([
    [65, 'not_swagger', { openapi: '3.1.0' }],
    [65, 'invalid_json', '<html>'],
    [65, 'duplicate_key', '{"swagger":"2.0","paths":{"/a":{},"/a":{}}}'],
    [65, 'missing_definition', edited(harbour(), '/definitions/Failure', undefined)],
    [65, 'document_too_large', JSON.stringify({ swagger: '2.0', info: { title: 'x'.repeat(10e6) } })],
  ])('ends with %i for what is %s, tells where, and writes nothing', async (expected, word, document) => {
    const file = written(document);
    const out = join(temporaryFolder(), 'cc');
    const { code, stdout, stderr } = await ccApi('generate', '--document', file, '--out', out);
    expect([code, stdout]).toEqual([expected, '']);
    expect(stderr).toContain(`(${word})`);
    expect(stderr).toMatch(/at (?:\/\S+|the top level)|within (?:\/\S+|the top level)|the key \/paths\/~1a /);
    expect(stderr).not.toMatch(/^ {4}at /m);
    expect(() => readdirSync(out)).toThrow('ENOENT');
  });

  it('ends with 66 for a file that is not there, 69 for a server that is not, 73 for a folder that is not its own', async () => {
    const folder = temporaryFolder();
    const out = join(folder, 'cc');
    mkdirSync(out);
    writeFileSync(join(out, 'mine.ts'), '');
    const codes = await Promise.all([
      ccApi('generate', '--document', join(folder, 'nowhere.json'), '--out', out),
      ccApi('generate', '--from', 'http://127.0.0.1:1/doc.json', '--out', out),
      ccApi('generate', '--document', written(), '--out', out),
    ]);
    expect(codes.map(({ code }) => code)).toEqual([66, 69, 73]);
    expect(readdirSync(out)).toEqual(['mine.ts']);
  });

  it('ends with 69 when the server takes too long', async () => {
    const origin = await serve(() => undefined);
    const ended = await ccApi('generate', '--from', origin, '--out', 'unused', '--timeout', '0.2');
    expect(ended).toMatchObject({ code: 69, stderr: expect.stringContaining('took longer than 200 ms (timeout)') });
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('ends at once on %s with %i, and leaves nothing behind', async (signal, code) => {
    const folder = temporaryFolder();
    let kill: (signal: NodeJS.Signals) => void = () => undefined;
    const origin = await serve(() => kill(signal));
    const parameters = [programPath, 'generate', '--from', origin, '--out', join(folder, 'cc')];
    const ended = await run(parameters, (by) => (kill = by));
    expect(ended).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(`ended by ${signal}`) });
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('cc-api diff', { timeout: 60_000 }, () => {
  const fine = edited(harbour(), '/definitions/Buoy', { type: 'object' });
  const breaking = edited(fine, '/paths/~1log', undefined);

  it.each([
    [0, 'nothing changed', harbour(), 'no changes\n'],
    [1, 'no client breaks', fine, '1 change, 0 breaking\n'],
    [2, 'clients break', breaking, '2 changes, 1 breaking\n'],
  ])('ends with %i when %s', async (code, _, after, last) => {
    const ended = await ccApi('diff', written(), written(after));
    expect(ended.code).toBe(code);
    expect(ended.stdout.endsWith(last)).toBe(true);
  });

  it('prints a table, or JSON, of a file and a server', async () => {
    const origin = await serve((_, response) => response.end(JSON.stringify(breaking)));
    const [table, json] = await Promise.all([
      ccApi('diff', written(), origin),
      ccApi('diff', written(), origin, '--json'),
    ]);
    expect(table.stdout).toBe(`          change   of         where      what
breaking  removed  operation  POST /log  no longer there
          added    schema     Buoy       newly defined

2 changes, 1 breaking
`);
    expect(JSON.parse(json.stdout)).toEqual({
      breaking: 1,
      changes: [
        {
          kind: 'removed',
          subject: 'operation',
          where: 'POST /log',
          what: 'no longer there',
          breaking: true,
          pointer: '/paths/~1log/post',
        },
        {
          kind: 'added',
          subject: 'schema',
          where: 'Buoy',
          what: 'newly defined',
          breaking: false,
          pointer: '/definitions/Buoy',
        },
      ],
    });
  });

  it('ends with 65 when one of the two is bad, and says which', async () => {
    const bad = written('{');
    const ended = await ccApi('diff', written(), bad);
    expect(ended).toMatchObject({ code: 65, stdout: '', stderr: expect.stringContaining(bad) });
  });
});

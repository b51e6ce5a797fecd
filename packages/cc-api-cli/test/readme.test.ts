import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { generate } from '@moorline/cc-api-cli';
import { firstColumn, readmeExamples } from '../../../tools/testenv/readme.js';
import { sharedFolder } from '../../../tools/testenv/shared.js';
import { parseOverlay } from '../src/document/overlay.js';
import { compile, folderInPackage } from './support/compile.js';
import { run } from './support/run.js';
import { serve } from './support/serve.js';

const readme = join(import.meta.dirname, '../README.md');
const shared = sharedFolder();
const document = join(shared ?? '', 'data/clustercockpit/swagger-1.5.4.json');
const examples = readmeExamples(readme).filter(({ language }) => language === 'ts');

describe('the README', { timeout: 180_000 }, () => {
  it.skipIf(shared === undefined)('has examples that compile, run and print what they should', async () => {
    const folder = folderInPackage();
    copyFileSync(document, join(folder, 'doc.json'));
    await generate({ document, out: join(folder, 'cc') });
    const scripts = examples.map(({ code, line }) => {
      const script = join(folder, `line-${line}.ts`);
      writeFileSync(script, code);
      return script;
    });
    expect(compile(...scripts)).toEqual([]);

    const origin = await serve((_, response) => {
      response.setHeader('content-type', 'application/json').end('{"jobs":[{"jobId":4711,"cluster":"demo"}]}');
    });
    const options = { cwd: folder, env: { CC_URL: origin, CC_TOKEN: 'x' } };
    const parameters = ['--import', 'tsx', '--conditions=@moorline/source'];
    const ended = await Promise.all(scripts.map((script) => run([...parameters, script], undefined, options)));
    expect(ended.map(({ code, stderr }) => [code, stderr])).toEqual(scripts.map(() => [0, '']));
    expect(ended.map(({ stdout }) => stdout)).toEqual([
      'job 4711 on demo\n',
      expect.stringMatching(/^200 \w+\n404 no such job\n$/),
      '29 operations.ts added, types.ts added\n0 changes, 0 breaking\n',
    ]);
  });

  it('shows an overlay that is one', () => {
    const [json] = readmeExamples(readme).filter(({ language }) => language === 'json');
    expect(parseOverlay(JSON.parse(json?.code ?? ''), 'README.md')).toHaveLength(2);
  });

  it('documents every error code, and no other', () => {
    const source = readFileSync(join(import.meta.dirname, '../src/error.ts'), 'utf8');
    const union = /CcApiCliErrorCode =(.*?);/s.exec(source)?.[1] ?? '';
    const codes = [...union.matchAll(/'(\w+)'/g)].map(([, code]) => code);
    expect(codes.length).toBeGreaterThan(10);
    expect(firstColumn(readme, 'Errors')).toEqual(codes);
  });
});

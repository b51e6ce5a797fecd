import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { root } from '../repo/root.js';
import { bringPageUp, isPageStale, type PageBuild, pageBuild } from './page.js';
import type { Layout } from './layout.js';

let folder: string;
let page: PageBuild;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'moorline-page-'));
  mkdirSync(join(folder, 'src/deep'), { recursive: true });
  writeFileSync(join(folder, 'src/deep/a.ts'), '');
  page = { cwd: folder, args: ['build.mjs'], output: join(folder, 'index.html'), sources: [join(folder, 'src')] };
});
afterEach(() => rmSync(folder, { recursive: true }));

const touch = (name: string, seconds: number) => utimesSync(join(folder, name), seconds, seconds);
const ages = (source: number, folders: number, built: number) => {
  writeFileSync(page.output, '');
  touch('src/deep/a.ts', source);
  for (const name of ['src/deep', 'src']) touch(name, folders);
  touch('index.html', built);
};

it('is stale where it is missing, or a source or a folder of sources is newer, and else not', () => {
  expect(isPageStale(page)).toBe(true);
  ages(100, 100, 200);
  expect(isPageStale(page)).toBe(false);
  ages(300, 100, 200);
  expect(isPageStale(page)).toBe(true);
  ages(100, 300, 200);
  expect(isPageStale(page)).toBe(true);
  expect(isPageStale({ ...page, sources: [join(folder, 'gone')] })).toBe(false);
});

async function bringUp(build: string) {
  writeFileSync(join(folder, 'build.mjs'), build);
  const layout: Layout = { root: folder, stateDir: folder, entry: { server: '', agent: '' }, page };
  let printed = '';
  const isThere = await bringPageUp(layout, {
    print: (text) => (printed += text),
    signal: new AbortController().signal,
  });
  return { isThere, printed };
}

const good = `import { writeFileSync } from 'node:fs'; writeFileSync('index.html', process.env.NODE_ENV);`;

it('is built once, and says so', async () => {
  const first = await bringUp(good);
  expect(first).toMatchObject({ isThere: true, printed: expect.stringMatching(/Building the page[^]*is built \(/) });
  expect(await bringUp('throw new Error("built again")')).toEqual({ isThere: true, printed: '' });
});

it('that cannot be built says why in the words of the build', async () => {
  const { isThere, printed } = await bringUp('console.error("no such module"); process.exitCode = 1;');
  expect(isThere).toBe(false);
  expect(printed).toMatch(/could not be built[^]* {2}no such module\n/);
});

it('has sources and a builder in this checkout', () => {
  const { args, sources, cwd } = pageBuild(root);
  const [builder = ''] = args;
  for (const path of [builder, join(cwd, 'index.html'), ...sources.filter((one) => !one.endsWith('public'))]) {
    expect(isPageStale({ ...page, output: path, sources: [] }), path).toBe(false);
  }
});

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ensureInstalled } from './install.mjs';
import { isInstalled } from './installed.mjs';
import { nodeVersionProblem, satisfies } from './node-version.mjs';

describe('the Node version', () => {
  const range = '^20.19.0 || ^22.13.0 || >=24';

  it.each(['20.19.0', '20.20.2', '22.13.1', '24.0.0', '26.10.0', 'v24.1.0'])('%s is accepted', (version) => {
    expect(satisfies(version, range)).toBe(true);
  });

  it.each(['18.20.0', '20.18.9', '21.7.0', '22.12.0', '23.11.0'])('%s is not', (version) => {
    expect(nodeVersionProblem(version, range)).toContain(`needs Node ${range}; this is Node ${version}`);
  });

  it('of a range that cannot be read is an error', () => {
    expect(() => satisfies('20.19.0', '~20.1')).toThrow(RangeError);
  });
});

describe('the installation', () => {
  let root: string;
  const lock = (packages: object) => {
    writeFileSync(join(root, 'package-lock.json'), JSON.stringify({ lockfileVersion: 3, packages }));
  };
  const record = (packages: object) => {
    mkdirSync(join(root, 'node_modules'), { recursive: true });
    writeFileSync(join(root, 'node_modules/.package-lock.json'), JSON.stringify({ packages }));
  };
  const wanted = {
    '': { name: 'x' },
    'node_modules/a': { version: '1.0.0' },
    'node_modules/b-darwin': { version: '1.0.0', optional: true },
  };
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'moorline-install-'));
    lock(wanted);
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(root, { recursive: true });
  });

  it('is missing without node_modules', () => {
    expect(isInstalled(root)).toBe(false);
  });

  it("is there when npm's record matches the lock, other platforms' packages apart", () => {
    record({ 'node_modules/a': { version: '1.0.0' } });
    expect(isInstalled(root)).toBe(true);
  });

  it('is stamped, so that the second look need not compare', () => {
    record({ 'node_modules/a': { version: '1.0.0' } });
    isInstalled(root);
    rmSync(join(root, 'node_modules/.package-lock.json'));
    expect(isInstalled(root)).toBe(true);
    lock({ ...wanted, 'node_modules/c': { version: '1.0.0' } });
    expect(isInstalled(root)).toBe(false);
  });

  it.each([
    ['an older version', { 'node_modules/a': { version: '0.9.0' } }],
    ['nothing', {}],
    ['a package too many', { 'node_modules/a': { version: '1.0.0' }, 'node_modules/z': { version: '1.0.0' } }],
  ])('is stale with %s', (_, packages) => {
    record(packages);
    expect(isInstalled(root)).toBe(false);
  });

  it("fails with npm's own words and the log's place", async () => {
    const npm = join(root, 'npm-cli.js');
    writeFileSync(npm, 'console.error("npm error: no network"); process.exit(7);');
    vi.stubEnv('npm_execpath', npm);
    const printed: string[] = [];
    await expect(ensureInstalled(root, (text) => printed.push(text))).rejects.toThrow(
      /npm ci failed \(exit code 7\)\s+npm error: no network\s+The log is in .*npm-install\.log/,
    );
    expect(printed).toEqual(['Installing dependencies (npm ci) …\n']);
  });

  it('runs npm ci once and does nothing the second time', async () => {
    const npm = join(root, 'npm-cli.js');
    const script = `const fs = require('fs'); fs.appendFileSync('calls', process.argv.slice(2).join(' ') + '\\n');
      fs.mkdirSync('node_modules'); fs.writeFileSync('node_modules/.package-lock.json', JSON.stringify({ packages: { 'node_modules/a': { version: '1.0.0' } } }));`;
    writeFileSync(npm, script);
    vi.stubEnv('npm_execpath', npm);
    const silent = () => undefined;
    await ensureInstalled(root, silent);
    await ensureInstalled(root, silent);
    expect(readFileSync(join(root, 'calls'), 'utf8')).toBe('ci --include=dev --no-audit --no-fund\n');
  });
});

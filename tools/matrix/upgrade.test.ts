import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readPrograms } from './programs.js';
import { toldChanges, upgradeRow } from './rows/upgrade.js';

const library = (name: string, version: string) => ({ name, version, isApp: false, peers: {} });
const programs = readPrograms(join(import.meta.dirname, '../../e2e/programs'));

describe('an upgrade', () => {
  const before = {
    libraries: [library('@moorline/core', '0.1.0'), library('@moorline/cc-api', '0.1.1')],
    origin: 'built from the tag @moorline/core@0.1.0',
    commit: 'c0ffee',
    programs: programs.filter(({ name }) => name === 'core'),
    shared: '',
  };
  const after = [library('@moorline/core', '0.2.0')];
  const row = (from: typeof before | undefined) => upgradeRow({ registry: () => '', before: from, after, shared: '' });
  const excluded = (name: string, from: typeof before | undefined) =>
    programs.filter((one) => one.name === name).map((one) => row(from).excludes(one));

  it('says what it is from, and where that comes from', () => {
    expect(row(before).title).toContain('from 0.1.0, 0.1.1 (built from the tag @moorline/core@0.1.0) to 0.2.0');
    expect(row(before).environment).toContain('c0ffee');
  });

  it('is for programs that were there, with packages that were there', () => {
    expect(excluded('core', before)).toEqual([undefined]);
    expect(excluded('jobs', before)).toEqual(['the program was not there in 0.1.0, 0.1.1']);
    expect(excluded('login', before)).toEqual(['@moorline/login-client was not there in 0.1.0, 0.1.1']);
    expect(excluded('core', undefined)).toEqual(['no change waits for release, so there is no next version']);
  });
});

describe('the changelog', () => {
  const installed = (name: string, changelog: string) => {
    const folder = mkdtempSync(join(tmpdir(), 'moorline-upgrade-'));
    onTestFinished(() => {
      rmSync(folder, { recursive: true });
    });
    mkdirSync(join(folder, 'node_modules', name), { recursive: true });
    writeFileSync(join(folder, 'node_modules', name, 'CHANGELOG.md'), changelog);
    return folder;
  };
  const told = (changelog: string) =>
    toldChanges(installed('a', changelog), [library('a', '0.2.0')], [library('a', '0.1.9')]);

  it('tells of more than a patch, or not', () => {
    expect([...told('# a\n\n## 0.2.0\n\n### Minor Changes\n\n- x\n\n## 0.1.9\n')]).toEqual(['a']);
    expect([...told('# a\n\n## 0.2.0\n\n### Patch Changes\n\n- x\n\n## 0.1.9\n\n### Minor Changes\n')]).toEqual([]);
  });

  it('must tell of the version, where there is a new one', () => {
    expect(() => told('# a\n\n## 0.2.0-next.0\n')).toThrow('the changelog of a does not tell of 0.2.0');
    const same = [library('a', '0.2.0')];
    expect([...toldChanges(tmpdir(), same, same)]).toEqual([]);
  });
});

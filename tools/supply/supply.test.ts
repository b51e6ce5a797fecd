import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../repo/json.js';
import { readJson } from '../repo/json.js';
import { root } from '../repo/root.js';
import { workspaces } from '../repo/workspaces.js';
import { licenceProblems } from './licences.js';
import { flatten, type LockedPackage, runtimeClosure } from './runtime-closure.js';
import { billOfMaterials } from './sbom.js';

const lock = readJson(join(root, 'package-lock.json'));
const published = workspaces(root).filter(({ isPublished }) => isPublished);

describe.each(published)('$name, with what npm installs with it', ({ path }) => {
  it('has licences that it may be published with', () => {
    expect(licenceProblems(runtimeClosure(lock, path))).toEqual([]);
  });
});

const aLock = (packages: Record<string, JsonObject>): JsonObject => ({ lockfileVersion: 3, packages });
const mit = (version: string, more: JsonObject = {}): JsonObject => ({ version, license: 'MIT', ...more });
const names = (found: LockedPackage): string[] => flatten(found).map(({ name, version }) => `${name}@${version}`);

describe('the closure of a workspace', () => {
  it('takes the version that Node finds from each place, through links, and no development dependency', () => {
    const found = runtimeClosure(
      aLock({
        'packages/a': mit('1.0.0', {
          name: '@x/a',
          dependencies: { '@x/b': '^1', c: '^2' },
          devDependencies: { d: '1' },
        }),
        'packages/b': mit('1.1.0', { name: '@x/b', dependencies: { c: '^1' } }),
        'node_modules/@x/b': { resolved: 'packages/b', link: true },
        'packages/b/node_modules/c': mit('1.0.0'),
        'node_modules/c': mit('2.0.0', { dependencies: { e: '1' } }),
        'node_modules/c/node_modules/e': mit('1.2.3'),
        'node_modules/d': mit('1.0.0'),
        'node_modules/e': mit('9.0.0'),
      }),
      'packages/a',
    );
    expect(names(found)).toEqual(['@x/a@1.0.0', '@x/b@1.1.0', 'c@1.0.0', 'c@2.0.0', 'e@1.2.3']);
  });

  it('takes peers that are not optional, leaves optional ones and platform packages that are absent, and ends in circles', () => {
    const found = runtimeClosure(
      aLock({
        'packages/a': mit('1.0.0', {
          name: '@x/a',
          peerDependencies: { p: '1', q: '1' },
          peerDependenciesMeta: { q: { optional: true } },
          optionalDependencies: { 'only-windows': '1' },
          dependencies: { 'only-windows': '1' },
        }),
        'node_modules/p': mit('1.0.0', { dependencies: { r: '1' } }),
        'node_modules/q': mit('1.0.0'),
        'node_modules/r': mit('1.0.0', { dependencies: { p: '1' } }),
      }),
      'packages/a',
    );
    expect(names(found)).toEqual(['@x/a@1.0.0', 'p@1.0.0', 'r@1.0.0']);
  });

  it('says what a lock file lacks', () => {
    const broken = aLock({ 'packages/a': mit('1.0.0', { dependencies: { gone: '1' } }) });
    expect(() => runtimeClosure(broken, 'packages/a')).toThrow('packages/a needs gone');
    expect(() => runtimeClosure({}, 'packages/a')).toThrow('version 3');
  });
});

describe('a licence', () => {
  const withLicence = (licence: string | undefined): LockedPackage => ({
    name: 'ours',
    version: '1.0.0',
    licence: 'Apache-2.0',
    integrity: undefined,
    dependencies: [{ name: 'theirs', version: '2.0.0', licence, integrity: undefined, dependencies: [] }],
  });

  it.each(['MIT', '(MIT OR GPL-3.0-only)', '(MIT AND ISC)'])('%s may come along', (licence) => {
    expect(licenceProblems(withLicence(licence))).toEqual([]);
  });

  it.each(['GPL-3.0-only', 'AGPL-3.0-or-later', '(MIT AND GPL-2.0-only)', 'SEE LICENSE IN x'])(
    '%s may not',
    (licence) => {
      expect(licenceProblems(withLicence(licence))).toEqual([
        `ours brings theirs@2.0.0 under ${licence}, which is not on the list of allowed licences`,
      ]);
    },
  );

  it('that is not stated may not come along either', () => {
    expect(licenceProblems(withLicence(undefined))).toEqual(['ours brings theirs@2.0.0, which states no licence']);
  });
});

describe('a bill of materials', () => {
  it('is one that CycloneDX takes, also that of a program', async () => {
    const bill = billOfMaterials(runtimeClosure(lock, 'apps/server'), 'application');
    expect(await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(bill)).toBeNull();
    expect(await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate('{"bomFormat":1}')).not.toBeNull();
  });

  const core = (version: string) =>
    runtimeClosure(aLock({ 'packages/a': mit(version, { name: '@x/a' }) }), 'packages/a');

  it('lists each package with its hash, licence and dependencies, and is the same for the same lock', () => {
    const path = 'packages/cc-api';
    const bill = JSON.parse(billOfMaterials(runtimeClosure(lock, path), 'library')) as {
      metadata: { component: JsonObject };
      components: JsonObject[];
      dependencies: { ref: string; dependsOn?: string[] }[];
    };
    expect(bill.metadata.component).toMatchObject({ group: '@moorline', name: 'cc-api', type: 'library' });
    const jose = bill.components.find(({ name }) => name === 'jose');
    expect(jose).toMatchObject({
      licenses: [{ license: { id: 'MIT' } }],
      hashes: [{ alg: 'SHA-512', content: expect.stringMatching(/^[0-9a-f]{128}$/) as unknown }],
    });
    const own = bill.dependencies.find(({ ref }) => ref.startsWith('@moorline/cc-api@'));
    expect(own?.dependsOn).toContain(jose?.['bom-ref']);
    expect(billOfMaterials(core('1.0.0'), 'library')).toBe(billOfMaterials(core('1.0.0'), 'library'));
    expect(billOfMaterials(core('1.0.0'), 'library')).not.toBe(billOfMaterials(core('1.0.1'), 'library'));
  });
});

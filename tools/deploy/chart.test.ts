import { Ajv } from 'ajv';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { isObject, readJson } from '../repo/json.js';
import { root } from '../repo/root.js';

/**
 * What can be told of the chart without Helm, which is no package of npm: that its parts fit each other and the programs. That
 * Helm takes and renders it is the job `chart` of the workflow `ci`, by deploy/helm/check.
 */
const chart = join(root, 'deploy/helm/moorline');
const read = (path: string): string => readFileSync(join(chart, path), 'utf8');
const templates = readdirSync(join(chart, 'templates')).map((name) => ({ name, text: read(`templates/${name}`) }));
const allTemplates = templates.map(({ text }) => text).join('\n');
const values: unknown = parse(read('values.yaml'));
const isValid = new Ajv({ strict: true, allowUnionTypes: true }).compile(readJson(join(chart, 'values.schema.json')));
const found = (pattern: RegExp, text: string): string[] => [...text.matchAll(pattern)].map(([, name = '']) => name);

describe('the values of the chart', () => {
  it.each(['values.yaml', ...readdirSync(join(chart, 'ci')).map((name) => `ci/${name}`)])(
    '%s fit the schema',
    (path) => {
      isValid(parse(read(path)));
      expect(isValid.errors ?? []).toEqual([]);
    },
  );

  it.each([
    { replica: 2 },
    { replicas: 0 },
    { image: { repository: '' } },
    { nats: { url: 'http://nats' } },
    { settings: { LOG_LEVEL: 'debug' } },
    { service: { port: 80_000 } },
    { agent: { enable: true } },
  ])('are refused where they are none: %j', (wrong) => {
    expect(isValid(wrong)).toBe(false);
  });

  it('are all used by a template, and no template uses others', () => {
    const used = new Set(found(/\.Values\.([\w.]+)/g, allTemplates));
    const leaves = leavesOf(values);
    const isUsed = (leaf: string) => [...used].some((path) => leaf === path || leaf.startsWith(`${path}.`));
    expect(leaves.filter((leaf) => !isUsed(leaf))).toEqual([]);
    const isValue = (path: string) => leaves.some((leaf) => leaf === path || leaf.startsWith(`${path}.`));
    expect([...used].filter((path) => !isValue(path))).toEqual([]);
  });
});

describe('the templates of the chart', () => {
  it.each(templates)('$name closes what it opens', ({ text }) => {
    const words = found(/\{\{-?\s*(if|range|with|define|end)\b/g, text);
    const depths = words.reduce<number[]>((all, word) => [...all, (all.at(-1) ?? 0) + (word === 'end' ? -1 : 1)], []);
    expect(Math.min(0, ...depths)).toBe(0);
    expect(depths.at(-1) ?? 0).toBe(0);
  });

  it('include what is defined, and define what is included', () => {
    const names = (pattern: RegExp) => [...new Set(found(pattern, allTemplates))].sort();
    expect(names(/\binclude "([^"]+)"/g)).toEqual(names(/\bdefine "([^"]+)"/g));
  });

  it('set settings that the programs have, as the programs’ READMEs list them', () => {
    const known = ['server', 'agent'].flatMap((app) =>
      found(/`(MOORLINE_(?:SERVER|AGENT)_[A-Z_]+)`/g, readFileSync(join(root, 'apps', app, 'README.md'), 'utf8')),
    );
    const set = found(/\b(MOORLINE_(?:SERVER|AGENT)_[A-Z_]+)\b/g, allTemplates);
    expect(set.length).toBeGreaterThan(5);
    expect(set.filter((name) => !known.includes(name))).toEqual([]);
  });

  it('run nothing as root but the agent, and nothing that may become it or write to its image', () => {
    const containers = found(/^ +- name: (server|login|agent)$/gm, allTemplates);
    expect(containers.sort()).toEqual(['agent', 'login', 'server']);
    const server = read('templates/server.yaml');
    expect(server).toContain('runAsNonRoot: true');
    for (const text of [server, read('templates/agent.yaml')]) {
      expect(text).toContain('allowPrivilegeEscalation: false');
      expect(text).toContain('readOnlyRootFilesystem: true');
      expect(text).toContain('capabilities: { drop: [ALL] }');
      expect(text).toContain('automountServiceAccountToken: false');
      expect(text).toContain('seccompProfile: { type: RuntimeDefault }');
    }
  });
});

/** The paths of all values: `agent.image.tag`. What is empty or a list is a value of its own. */
function leavesOf(value: unknown, path = ''): string[] {
  if (!isObject(value) || Object.keys(value).length === 0) return [path];
  return Object.entries(value).flatMap(([name, inner]) => leavesOf(inner, path === '' ? name : `${path}.${name}`));
}

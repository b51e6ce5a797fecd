import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { settingsTable } from '@moorline/app-kit';
import { describe, expect, it } from 'vitest';
import { firstColumn } from '../../../tools/testenv/readme.js';
import { createAgentProgram } from '../src/program.js';
import { sources } from '../src/collectors/sources.js';
import { openCollectors } from '../src/collectors/collector.js';
import { createKernelFiles } from '../src/kernel-files.js';
import { readTopology } from '../src/topology/read-topology.js';
import { agentSettings, appName } from '../src/settings.js';
import { silentLogger, systemClock } from '@moorline/core';

const folder = join(import.meta.dirname, '..');
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
/** A table without the blanks that align its columns. */
const unpadded = (table: string): string => table.replace(/ +\|/g, ' |').replace(/-{3,}/g, '---');
const readme = unpadded(read('README.md'));

describe('README.md', () => {
  it('holds the settings as the program has them', () => {
    expect(readme).toContain(unpadded(settingsTable(appName, agentSettings)));
  });

  it('shows commands and options that there are', () => {
    const program = createAgentProgram({ version: '0', description: '' });
    const shown = [...readme.matchAll(/moorline-agent (\w+)([^`\n]*)/g)];
    expect(new Set(shown.map(([, name]) => name))).toEqual(new Set(program.commands.map((command) => command.name())));
    for (const [, name, rest = ''] of shown) {
      const first = program.commands.find((known) => known.name() === name);
      const [own = ''] = rest.split(' -- ');
      const [, second] = /^ (\w+)/.exec(own) ?? [];
      const command = first?.commands.find((known) => known.name() === second) ?? first;
      for (const [flag] of own.matchAll(/--[a-z-]+/g)) {
        expect(command?.options.map(({ long }) => long)).toContain(flag);
      }
    }
  });

  it('has the client library of clusters installed in the version that this program takes', () => {
    const manifest = JSON.parse(read('package.json')) as { peerDependencies: Record<string, string> };
    const [peer] = Object.entries(manifest.peerDependencies);
    expect(peer?.[1]).toMatch(/^\^\d/);
    expect(readme).toContain(`npm install --global ${peer?.join('@').replace('^', '')}\n`);
  });

  it('names every error code, and no other', () => {
    const codes = [...read('src/agent-error.ts').matchAll(/\| '(\w+)'/g)].map(([, code]) => code ?? '');
    const told = firstColumn(join(folder, 'README.md'), 'Errors');
    expect(codes.length).toBeGreaterThan(5);
    expect([...told].sort()).toEqual([...codes].sort());
  });

  it('names every metric that this machine shows', async () => {
    const files = createKernelFiles();
    const context = { files, clock: systemClock, topology: await readTopology(files), timestep: 10 };
    const collectors = await openCollectors(sources, context, silentLogger);
    for (const { name } of collectors.flatMap(({ metrics }) => metrics)) expect(readme).toContain(`\`${name}\``);
  });
});

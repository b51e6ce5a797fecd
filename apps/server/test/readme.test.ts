import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { settingsTable } from '@moorline/app-kit';
import { controlApiStatuses } from '@moorline/control-api';
import { describe, expect, it } from 'vitest';
import { readmeSection } from '../../../tools/testenv/readme.js';
import { temporaryFolder } from '../../../tools/testenv/temporary-folder.js';
import { askServer } from '../src/control/ask-server.js';
import { serverErrorCodes } from '../src/error.js';
import { appName, serverSettings } from '../src/settings.js';
import { aCluster } from './a-cluster.js';
import { makeArchive } from './archive-folder.js';
import { runCommand } from './run-command.js';
import { startTestServer } from './support.js';
import { deliberateDifferences } from './vectors/deliberate-differences.js';

/** Prettier pads the cells of tables. */
const unpadded = (text: string): string => text.replace(/ +/g, ' ').replace(/-{3,}/g, '---');
const file = join(import.meta.dirname, '../README.md');
const readme = unpadded(readFileSync(file, 'utf8'));

describe('the README', () => {
  it('has the settings as they are', () => {
    expect(readme).toContain(unpadded(settingsTable(appName, serverSettings)));
  });

  it('has every deliberate difference from the original, with the number of exchanges that show it', () => {
    for (const { what, lines } of deliberateDifferences)
      expect(readme).toContain(`| ${what} | ${Object.values(lines).flat().length} |`);
  });

  it('tells of every error of the server app', () => {
    for (const code of serverErrorCodes) expect(readme).toContain(`\`${code}\``);
  });

  it('has every failure of the routes with its status', () => {
    for (const [code, status] of Object.entries(controlApiStatuses))
      expect(readme).toContain(`| \`${code}\` | ${status} |`);
  });

  it('has commands that work as they stand there', async () => {
    const dataDir = temporaryFolder();
    const server = await startTestServer({ dataDir });
    const files = temporaryFolder();
    makeArchive(join(files, 'job-archive'), 2);
    writeFileSync(join(files, 'cluster.json'), JSON.stringify(aCluster('c', 'n[1-9]')));
    const listed = [...readme.matchAll(/^\| `moorline-server ([^`]+)` \|/gm)].map(([, words = '']) => words);
    expect(listed.length).toBeGreaterThan(7);
    const shown = [...readmeSection(file, 'Examples').matchAll(/^moorline-server ([^#\n]+)/gm)];
    expect(shown.length).toBeGreaterThan(4);
    const commands = [...new Set([...listed, ...shown.map(([, words = '']) => words.trim())])];
    const needsStop = (command: string) => /^migrate (up|down)/.test(command);
    for (const command of commands.filter((words) => words !== 'serve' && !needsStop(words))) {
      const [open] = (await askServer(dataDir, 'token-list', null)).filter(({ state }) => state === 'open');
      const words = command
        .replaceAll("'", '')
        .replaceAll('./', `${files}/`)
        .replace('ID', open?.id ?? '')
        .split(' ');
      expect(await runCommand(...words, '--data-dir', dataDir), command).toMatchObject({ code: 0 });
    }
    await server[Symbol.asyncDispose]();
    for (const command of commands.filter(needsStop))
      expect(await runCommand(...command.split(' '), '--data-dir', dataDir), command).toMatchObject({ code: 0 });
  });
});

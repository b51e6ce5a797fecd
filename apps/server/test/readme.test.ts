import { readFileSync } from 'node:fs';
import { settingsTable } from '@moorline/app-kit';
import { describe, expect, it } from 'vitest';
import { serverErrorCodes } from '../src/error.js';
import { moorlineApiStatuses } from '../src/moorline-api/error.js';
import { appName, serverSettings } from '../src/settings.js';

/** Prettier pads the cells of tables. */
const unpadded = (text: string): string => text.replace(/ +/g, ' ').replace(/-{3,}/g, '---');
const readme = unpadded(readFileSync(new URL('../README.md', import.meta.url), 'utf8'));

describe('the README', () => {
  it('has the settings as they are', () => {
    expect(readme).toContain(unpadded(settingsTable(appName, serverSettings)));
  });

  it('tells of every error of the server app', () => {
    for (const code of serverErrorCodes) expect(readme).toContain(`\`${code}\``);
  });

  it('has every failure of the routes with its status', () => {
    for (const [code, status] of Object.entries(moorlineApiStatuses))
      expect(readme).toContain(`| \`${code}\` | ${status} |`);
  });
});

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { migrateStore, openStore } from '@moorline/cc-store';
import { beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../tools/testenv/temporary-folder.js';
import { databaseName } from '../src/settings.js';
import { runCommand } from './run-command.js';
import { startTestServer } from './support.js';

const versions = ['0001_jobs', '0002_clusters_and_nodes'];
const old = '0005_users_and_site';

describe('migrate', () => {
  let dataDir = '';
  beforeEach(() => {
    dataDir = temporaryFolder();
  });
  const migrate = (...args: string[]) => runCommand('migrate', ...args, '--data-dir', dataDir);
  const path = () => join(dataDir, databaseName);
  const make = async () => (await openStore({ path: path() })).close();
  const newest = async () => {
    const states = JSON.parse((await migrate('status', '--json')).out) as { version: string; state: string }[];
    return states.filter(({ state }) => state === 'applied').at(-1)?.version;
  };

  it('goes down and up again, and each is done once', async () => {
    await make();
    const top = await newest();
    expect(await migrate('up')).toEqual({ code: 0, out: '', err: `the tables are at ${top} already\n` });
    const down = await migrate('down', '--to', old, '--yes');
    expect(down).toEqual({ code: 0, out: '', err: `the tables went down from ${top} to ${old}\n` });
    // There is nothing to lose, so nobody is asked.
    expect(await migrate('down', '--to', old)).toEqual({ code: 0, out: '', err: `the tables are at ${old} already\n` });
    const { out } = await migrate('status');
    expect(out).toMatch(/^VERSION +STATE +APPLIED\n0001_jobs +applied +\d{4}-\d\d-\d\d \d\d:\d\d UTC\n/);
    expect(out).toMatch(/\n0006_archive +pending +-\n/);
    expect(await migrate('up')).toEqual({ code: 0, out: '', err: `the tables went up from ${old} to ${top}\n` });
    expect(await migrate('down', '--to', 'none', '--yes')).toMatchObject({ code: 0 });
    expect(await newest()).toBeUndefined();
    expect(await migrate('down', '--to', 'none')).toMatchObject({ code: 0, err: 'the tables are at none already\n' });
  });

  it('tells of the versions while a server runs, and changes none then', async () => {
    await using _server = await startTestServer({ dataDir });
    const { code, out } = await migrate('status', '--json');
    expect(code).toBe(0);
    const told = JSON.parse(out) as { version: string; state: string; appliedAt: number }[];
    expect(told.map(({ version }) => version)).toEqual(expect.arrayContaining(versions));
    for (const { state, appliedAt } of told) expect([state, appliedAt]).toEqual(['applied', expect.any(Number)]);
    for (const words of [['up'], ['down', '--to', 'none', '--yes']]) {
      expect(await migrate(...words)).toMatchObject({
        code: 1,
        err: expect.stringContaining(`a server runs on ${dataDir}, and has its tables in use\n  hint: stop it first`),
      });
    }
    expect(await migrate('status', '--json')).toMatchObject({ out });
  });

  it('takes nothing back without --yes where nobody can be asked', async () => {
    await make();
    const top = await newest();
    expect(await migrate('down', '--to', old)).toEqual({
      code: 1,
      out: '',
      err: 'moorline-server: nothing was changed: there is no terminal to ask at\n  hint: with --yes nobody is asked\n',
    });
    expect(await newest()).toBe(top);
  });

  it.each([
    ['that there is not', '0005', 'there is no version "0005"'],
    ['that the database does not have yet', '0006_archive', 'does not have the version 0006_archive yet'],
  ])('does not go down to a version %s', async (_, version, says) => {
    await migrateStore({ path: path() }, old);
    const refused = await migrate('down', '--to', version, '--yes');
    expect(refused).toMatchObject({ code: 1, out: '', err: expect.stringContaining(says) });
    expect(refused.err).toContain('hint: moorline-server migrate status');
    expect(await newest()).toBe(old);
  });

  it('leaves the database of a newer program alone, and says which one to use', async () => {
    await make();
    const later = '9008_job_indexes';
    const bytes = readFileSync(path(), 'latin1');
    writeFileSync(path(), bytes.replaceAll('0008_job_indexes', later), 'latin1');
    const status = await migrate('status');
    expect(status).toMatchObject({ code: 0, out: expect.stringMatching(/\n9008_job_indexes +newer +\d{4}-/) });
    for (const words of [['up'], ['down', '--to', old, '--yes'], ['down', '--to', later, '--yes']]) {
      const refused = await migrate(...words);
      expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('newer version') });
      expect(refused.err).toContain('hint: start the newer version again');
    }
    expect(await migrate('status')).toEqual(status);
  });

  it.each([[['status']], [['up']], [['down', '--to', 'none', '--yes']]])('%j makes no database', async (words) => {
    expect(await migrate(...words)).toMatchObject({
      code: 1,
      err: expect.stringMatching(/there is no database .*\n {2}hint: .*--data-dir/),
    });
    expect(existsSync(path())).toBe(false);
  });
});

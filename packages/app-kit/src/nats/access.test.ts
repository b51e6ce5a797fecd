import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { nkeys } from '@nats-io/transport-node';
import { describe, expect, it } from 'vitest';
import { temporaryFolderOfFile } from '../../../../tools/testenv/temporary-folder.js';
import { loadSettings } from '../settings/load.js';
import { readNatsAccess } from './access.js';
import { natsSettings } from './settings.js';

const folder = temporaryFolderOfFile();
let files = 0;

function fileWith(content: string): string {
  const file = join(folder, `secret-${files++}`);
  writeFileSync(file, content);
  return file;
}

const load = (flags: Record<string, unknown>) => loadSettings(natsSettings, { app: 'pier', flags, env: {} });
const access = (flags: Record<string, unknown>, nats = 'nats://127.0.0.1') => readNatsAccess(load({ nats, ...flags }));

const password = fileWith(' geheim-4711\n');
const seed = new TextDecoder().decode(nkeys.createUser().getSeed());

describe('the settings of NATS', () => {
  it('take servers, and subjects that are the same for all apps', () => {
    expect(load({ nats: 'nats://a:4222, tls://[::1]' })).toMatchObject({
      nats: ['nats://a:4222', 'tls://[::1]'],
      natsJobSubject: 'cc.job.event',
      natsNodeStateSubject: 'cc.node.state',
      natsMetricsSubject: 'cc.metrics',
    });
    expect(load({}).nats).toEqual([]);
  });

  it.each([
    { nats: 'http://a' },
    { nats: 'a:4222' },
    { nats: 'nats://a/b' },
    { nats: 'nats://a:99999' },
    { natsJobSubject: 'cc.job.*' },
    { natsJobSubject: 'cc..event' },
    { natsMetricsSubject: 'cc metrics' },
  ])('refuse %o', (flags) => {
    expect(() => load(flags)).toThrow(expect.objectContaining({ code: 'bad_setting' }));
  });

  it('refuse credentials in a URL, and do not repeat them', () => {
    const refusal = (() => {
      try {
        return load({ nats: 'nats://alice:geheim-4711@a' });
      } catch (error) {
        return error;
      }
    })();
    expect(refusal).toMatchObject({ code: 'bad_setting', message: expect.stringContaining('--nats: ') });
    expect(inspect(refusal)).not.toContain('geheim');
  });
});

describe('the way into NATS', () => {
  it('is open without credentials', async () => {
    expect(await access({})).toEqual({});
  });

  it('is a user with a password, or a token, out of files', async () => {
    expect(await access({ natsUser: 'a', natsPasswordFile: password })).toEqual({ user: 'a', pass: 'geheim-4711' });
    expect(await access({ natsTokenFile: password })).toEqual({ token: 'geheim-4711' });
  });

  it('is the seed of an NKey, or a credentials file, that sign', async () => {
    const block = (what: string, content: string) => `-----BEGIN ${what}-----\n${content}\n------END ${what}------\n`;
    const creds = `${block('NATS USER JWT', 'eyJ0.e30.sig')}\n${block('USER NKEY SEED', seed)}`;
    for (const flags of [{ natsNkeyFile: fileWith(`${seed}\n`) }, { natsCredsFile: fileWith(creds) }]) {
      const { authenticator } = await access(flags);
      expect(authenticator).toBeTypeOf('function');
    }
  });

  it.each([
    ['an NKey file', { natsNkeyFile: fileWith('SUABC') }, 'no_secret', 'no NKey seed in'],
    ['a credentials file', { natsCredsFile: fileWith(seed) }, 'no_secret', 'no NATS credentials in'],
    ['a file of certificates', { natsCaFile: '/nowhere/ca.pem' }, 'bad_setting', 'cannot read the certificates in'],
    ['a token file', { natsTokenFile: '/nowhere/token' }, 'no_secret', 'no token for NATS in'],
  ])('explains %s that holds none', async (_what, flags, code, message) => {
    await expect(access(flags)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
  });

  it.each([
    [{ natsUser: 'a', natsPasswordFile: password, natsTokenFile: password }, '--nats-user and --nats-token-file'],
    [{ natsUser: 'a' }, 'only one is given'],
    [{ natsPasswordFile: password }, 'only one is given'],
  ])('refuses what does not fit together (#%#)', async (flags, message) => {
    await expect(access(flags)).rejects.toMatchObject({
      code: 'bad_setting',
      message: expect.stringContaining(message),
    });
  });

  it('sends a password or token to other machines over TLS alone, unless that is asked for', async () => {
    const flags = { natsTokenFile: password };
    await expect(access(flags, 'nats://127.0.0.1,nats://10.0.0.1')).rejects.toMatchObject({
      code: 'bad_setting',
      message: 'refused to send a token without TLS to nats://10.0.0.1',
    });
    const user = { natsUser: 'a', natsPasswordFile: password };
    await expect(access(user, 'nats://nats.example')).rejects.toMatchObject({ code: 'bad_setting' });
    expect(await access(flags, 'tls://10.0.0.1')).toEqual({ tls: {}, token: 'geheim-4711' });
    const natsCaFile = fileWith('PEM');
    expect(await access({ ...flags, natsCaFile }, 'nats://10.0.0.1')).toMatchObject({ tls: { ca: 'PEM' } });
    expect(await access({ ...flags, natsAllowPlaintext: true }, 'nats://10.0.0.1')).toEqual({ token: 'geheim-4711' });
  });
});

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../tools/testenv/temporary-folder.js';
import { readSettings } from './settings.js';

describe('the settings', () => {
  it('are taken from the flag, else the variable, else the file, else the default', () => {
    const config = join(temporaryFolder(), 'server.yaml');
    writeFileSync(config, 'port: 1\nhost: 127.0.0.3\nbodyLimit: 2MiB\nallowedIps: [10.0.0.1, 10.0.0.2]\n');
    const env = { MOORLINE_SERVER_PORT: '2', MOORLINE_SERVER_HOST: '127.0.0.2', MOORLINE_SERVER_CONFIG: config };
    expect(readSettings({ port: '3' }, env)).toMatchObject({
      port: 3,
      host: '127.0.0.2',
      bodyLimit: 2 * 1024 ** 2,
      allowedIps: ['10.0.0.1', '10.0.0.2'],
      requestTimeout: 120_000,
    });
  });

  it('refuse a value that is not one, naming the flag, the value and the accepted form', () => {
    expect(() => readSettings({ port: '80a' }, {})).toThrowError(
      expect.objectContaining({
        code: 'bad_setting',
        message: '--port: "80a" is not accepted',
        hint: expect.stringContaining('65535'),
      }),
    );
  });

  it('refuse a variable that no setting has', () => {
    expect(() => readSettings({}, { MOORLINE_SERVER_PROT: '1' })).toThrowError(
      expect.objectContaining({ code: 'unknown_setting' }),
    );
  });

  it('put the data directory under XDG_STATE_HOME, or below /var/lib for root', () => {
    const expected = process.getuid?.() === 0 ? '/var/lib/moorline/server' : '/s/moorline/server';
    expect(readSettings({}, { XDG_STATE_HOME: '/s' }).dataDir).toBe(expected);
  });
});

import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTokenIssuer, createTokenVerifier, generateTokenKeys } from '@moorline/cc-api/server';
import { beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../tools/testenv/temporary-folder.js';
import { keyFileName, openKeyPair } from './keys.js';

describe('the key pair', () => {
  let dataDir = '';
  beforeEach(() => {
    dataDir = temporaryFolder();
  });

  const failure = (env: Record<string, string> = {}): unknown => {
    try {
      return openKeyPair(dataDir, env);
    } catch (error) {
      return error;
    }
  };

  it('is made at the first start, 0600 and alone in the directory, and is the same at the second', () => {
    const first = openKeyPair(dataDir, {});
    expect(statSync(join(dataDir, keyFileName)).mode & 0o777).toBe(0o600);
    expect(readdirSync(dataDir)).toEqual([keyFileName]);
    expect(openKeyPair(dataDir, {})).toEqual(first);
  });

  it('signs what cc-api verifies', async () => {
    const { privateKey, publicKey } = openKeyPair(dataDir, {});
    const token = await createTokenIssuer({ privateKey }).issue({ subject: 'm', roles: ['api'] });
    expect(await createTokenVerifier({ publicKey })(token)).toMatchObject({ ok: true, principal: { subject: 'm' } });
  });

  it('comes from JWT_PRIVATE_KEY as ClusterCockpit writes it, and then no file is made', async () => {
    const keys = await generateTokenKeys();
    const pair = openKeyPair(dataDir, { JWT_PRIVATE_KEY: keys.privateKey, JWT_PUBLIC_KEY: keys.publicKey });
    const token = await createTokenIssuer({ privateKey: pair.privateKey }).issue({ subject: 'm', roles: ['api'] });
    expect(await createTokenVerifier({ publicKey: keys.publicKey })(token)).toMatchObject({ ok: true });
    expect(readdirSync(dataDir)).toEqual([]);
  });

  it('is refused where the variables are no pair, and the key is not shown', async () => {
    const [one, other] = [await generateTokenKeys(), await generateTokenKeys()];
    const mixed = Buffer.concat([
      Buffer.from(one.privateKey, 'base64').subarray(0, 32),
      Buffer.from(other.publicKey, 'base64'),
    ]).toString('base64');
    const cases: Record<string, string>[] = [
      { JWT_PUBLIC_KEY: one.publicKey },
      { JWT_PRIVATE_KEY: one.publicKey },
      { JWT_PRIVATE_KEY: mixed },
      { JWT_PRIVATE_KEY: one.privateKey, JWT_PUBLIC_KEY: other.publicKey },
      { JWT_PRIVATE_KEY: 'not base64 at all' },
    ];
    for (const env of cases) {
      const error = failure(env);
      expect(error).toMatchObject({ code: 'bad_key_variables' });
      expect(JSON.stringify(error)).not.toContain(one.privateKey.slice(0, 20));
    }
  });

  it('is refused where the file holds something else, and the file stays as it was', () => {
    const path = join(dataDir, keyFileName);
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'pem', type: 'pkcs8' });
    for (const [content, says] of [
      ['', 'does not hold a private key'],
      ['-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n', 'does not hold a private key'],
      [rsa.toString(), 'holds a key of type rsa'],
    ] as const) {
      writeFileSync(path, content, { mode: 0o600 });
      const error = failure();
      expect(error).toMatchObject({ code: 'bad_key_file', message: expect.stringContaining(says) });
      expect(readFileSync(path, 'utf8')).toBe(content);
    }
  });

  it('is refused where others can read the file', () => {
    openKeyPair(dataDir, {});
    execFileSync('chmod', ['644', join(dataDir, keyFileName)]);
    expect(failure()).toMatchObject({ code: 'exposed_key_file', message: expect.stringContaining('mode 644') });
  });
});

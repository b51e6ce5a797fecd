import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Certificate, makeCertificate } from '../../../../tools/testenv/certificates.js';
import { hasNatsServer, type NatsServer, startNatsServer } from '../../../../tools/testenv/nats-server.js';
import { temporaryFolderOfFile } from '../../../../tools/testenv/temporary-folder.js';
import { loadSettings } from '../settings/load.js';
import { dialNats } from './dial.js';
import { natsSettings } from './settings.js';

const folder = temporaryFolderOfFile();

function fileWith(name: string, content: string): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}

const configurationOf = ({ cert, key }: Certificate, name: string): string =>
  `tls { cert_file: "${fileWith(`${name}.crt`, cert)}", key_file: "${fileWith(`${name}.key`, key)}" }`;

describe.skipIf(!hasNatsServer)('a NATS server with TLS', () => {
  let server: NatsServer;
  let elsewhere: NatsServer;
  const certificate = join(folder, 'server.crt');

  beforeAll(async () => {
    server = await startNatsServer(configurationOf(await makeCertificate(), 'server'));
    elsewhere = await startNatsServer(configurationOf(await makeCertificate({ dns: ['elsewhere'] }), 'elsewhere'));
  });
  afterAll(() => Promise.all([server.remove(), elsewhere.remove()]));

  const dial = (flags: Record<string, unknown>, { port } = server, scheme = 'tls') =>
    dialNats(
      loadSettings(natsSettings, {
        app: 'pier',
        flags: { nats: `${scheme}://127.0.0.1:${port}`, ...flags },
        env: {},
      }),
      'pier',
    );

  it.each(['tls', 'nats'])('is trusted by the file with its certificate, at %s://', async (scheme) => {
    const connection = await dial({ natsCaFile: certificate }, server, scheme);
    await connection.flush();
    expect(connection.info?.tls_required).toBe(true);
    await connection.close();
  });

  it.each([
    ['by nobody in the file', async () => dial({ natsCaFile: fileWith('other.crt', (await makeCertificate()).cert) })],
    ['by nobody whom the system trusts', () => dial({})],
    ['for another name', () => dial({ natsCaFile: join(folder, 'elsewhere.crt') }, elsewhere)],
  ])('is refused where its certificate is signed %s', async (_, attempt) => {
    await expect(attempt()).rejects.toMatchObject({
      code: 'nats_untrusted',
      message: expect.stringMatching(/^connecting to tls:\/\/127\.0\.0\.1:\d+: ./),
      hint: expect.stringContaining('--nats-ca-file'),
    });
  });

  it('is not taken for one without TLS', async () => {
    const plain = await startNatsServer();
    try {
      await expect(dial({ natsCaFile: certificate }, plain)).rejects.toThrow(/tls/i);
    } finally {
      await plain.remove();
    }
  });
});

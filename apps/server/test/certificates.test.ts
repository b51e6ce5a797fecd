import { X509Certificate } from 'node:crypto';
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../tools/testenv/temporary-folder.js';
import { openCertificates, usualHosts } from '../src/certificates/open-certificates.js';
import { runCommand } from './run-command.js';

const now = Date.now();
const day = 86_400_000;
const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);
const certificateAt = (path: string): X509Certificate => new X509Certificate(readFileSync(path));

describe('certificates for first steps', () => {
  it('are made once, for this machine, for Juju’s agents and for the hosts that are named', async () => {
    const folder = join(temporaryFolder(), 'certs');
    const hosts = ['cp.example', '10.0.0.5', 'fd00::5'];
    const made = await openCertificates(folder, hosts, now);
    expect(made.outcome).toBe('made');
    const [server, authority] = [certificateAt(made.cert), certificateAt(made.authority)];
    expect([server.verify(authority.publicKey), server.checkIssued(authority), authority.ca, server.ca]).toEqual([
      true,
      true,
      true,
      false,
    ]);
    expect([...hosts, ...usualHosts].filter((host) => !server.checkHost(host) && !server.checkIP(host))).toEqual([]);
    expect(server.checkHost('other.example')).toBeUndefined();
    expect(modeOf(folder)).toBe('700');
    for (const name of ['ca.crt', 'ca.key', 'server.crt', 'server.key']) expect(modeOf(join(folder, name))).toBe('600');
    const before = readFileSync(made.cert, 'utf8');
    expect(await openCertificates(folder, ['cp.example'], now)).toEqual({ ...made, outcome: 'kept' });
    expect(readFileSync(made.cert, 'utf8')).toBe(before);
  });

  it('of the server are made anew for another host and a month before their end; the authority stays', async () => {
    const folder = temporaryFolder();
    const { authority, cert } = await openCertificates(folder, [], now);
    const trusted = readFileSync(authority, 'utf8');
    expect((await openCertificates(folder, ['cp.example'], now)).outcome).toBe('renewed');
    expect((await openCertificates(folder, ['cp.example'], now + 360 * day)).outcome).toBe('kept');
    expect((await openCertificates(folder, ['cp.example'], now + 380 * day)).outcome).toBe('renewed');
    expect(Date.parse(certificateAt(cert).validTo)).toBeGreaterThan(now + 700 * day);
    expect(readFileSync(authority, 'utf8')).toBe(trusted);
    rmSync(join(folder, 'server.key'));
    expect((await openCertificates(folder, ['cp.example'], now + 380 * day)).outcome).toBe('renewed');
  });

  it('that are damaged, or half there, are left as they are', async () => {
    const folder = temporaryFolder();
    const { cert } = await openCertificates(folder, [], now);
    writeFileSync(cert, 'hello');
    await expect(openCertificates(folder, [], now)).rejects.toMatchObject({ code: 'bad_certificate' });
    expect(readFileSync(cert, 'utf8')).toBe('hello');
    rmSync(join(folder, 'ca.key'));
    await expect(openCertificates(folder, [], now)).rejects.toMatchObject({
      code: 'bad_certificate',
      message: expect.stringContaining('only one of'),
    });
  });

  it('are made by a command, which says what to do with them', async () => {
    const dataDir = temporaryFolder();
    const { code, out, err } = await runCommand('certs', 'init', '--host', 'cp.example', '--data-dir', dataDir);
    expect([code, out]).toEqual([0, `${join(dataDir, 'certs', 'ca.crt')}\n`]);
    expect(err).toContain(`--tls-cert ${join(dataDir, 'certs', 'server.crt')} --tls-key`);
    const again = await runCommand('certs', 'init', '--json', '--data-dir', dataDir);
    expect(JSON.parse(again.out)).toMatchObject({ outcome: 'kept', authority: out.trim() });
  });
});

import { isIP } from 'node:net';
import { webcrypto, X509Certificate } from 'node:crypto';
import type * as X509 from '@peculiar/x509';

/** A certificate and its key, PEM. */
export interface Pair {
  cert: string;
  key: string;
}

/** Days that the authority's certificate is good for: longer than the machines that trust it. */
const authorityDays = 10 * 365;

/** Days that the server's is good for: what browsers and others take at most. */
const serverDays = 397;

const dayMs = 86_400_000;

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/** @param now milliseconds since 1970. */
export async function makeAuthority(now: number): Promise<Pair> {
  const x509 = await library();
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const cert = await x509.X509CertificateGenerator.createSelfSigned({
    name: `CN=Moorline private CA ${new Date(now).toISOString().slice(0, 10)}`,
    ...validity(now, authorityDays),
    keys,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { cert: pem(cert.toString('pem')), key: await keyPem(keys.privateKey) };
}

/** A certificate for these names and addresses, signed by the authority, with that one's behind it. */
export async function makeServerCertificate(authority: Pair, hosts: readonly string[], now: number): Promise<Pair> {
  const x509 = await library();
  const issuer = new x509.X509Certificate(authority.cert);
  const signingKey = await importKey(authority.key);
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const cert = await x509.X509CertificateGenerator.create({
    subject: 'CN=Moorline server',
    issuer: issuer.subject,
    ...validity(now, serverDays),
    publicKey: keys.publicKey,
    signingKey,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        hosts.map((value) => ({ type: isIP(value) === 0 ? 'dns' : 'ip', value })),
      ),
      await x509.AuthorityKeyIdentifierExtension.create(issuer, false),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { cert: pem(cert.toString('pem')) + authority.cert, key: await keyPem(keys.privateKey) };
}

/** Whether the certificate is signed by that authority, names all hosts, and goes on to be good for `days`. */
export function isGood(cert: string, authority: string, hosts: readonly string[], now: number, days: number): boolean {
  const certificate = new X509Certificate(cert);
  const isNamed = (host: string): boolean =>
    (isIP(host) === 0 ? certificate.checkHost(host) : certificate.checkIP(host)) !== undefined;
  const end = Date.parse(certificate.validTo);
  return (
    certificate.verify(new X509Certificate(authority).publicKey) && end - now > days * dayMs && hosts.every(isNamed)
  );
}

/** Clocks of machines are not all right: an hour of them is no reason to refuse. */
const validity = (now: number, days: number) => ({
  notBefore: new Date(now - 3_600_000),
  notAfter: new Date(now + days * dayMs),
});

/** Loaded by the one command that makes certificates. */
async function library(): Promise<typeof X509> {
  return import('@peculiar/x509');
}

const pem = (text: string): string => (text.endsWith('\n') ? text : `${text}\n`);

async function keyPem(key: webcrypto.CryptoKey): Promise<string> {
  const bytes = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key)).toString('base64');
  return `-----BEGIN PRIVATE KEY-----\n${bytes.replace(/(.{64})(?=.)/g, '$1\n')}\n-----END PRIVATE KEY-----\n`;
}

async function importKey(text: string): Promise<webcrypto.CryptoKey> {
  const bytes = Buffer.from(text.replace(/-----[^-]+-----/g, ''), 'base64');
  return webcrypto.subtle.importKey('pkcs8', bytes, algorithm, false, ['sign']);
}

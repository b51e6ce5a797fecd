import { generate } from 'selfsigned';

/** PEM. */
export interface Certificate {
  key: string;
  cert: string;
}

/** A certificate that signs itself, for these names. */
export async function makeCertificate(
  names: { dns?: string[]; ip?: string[] } = { dns: ['localhost'], ip: ['127.0.0.1', '::1'] },
): Promise<Certificate> {
  const altNames = [
    ...(names.dns ?? []).map((value) => ({ type: 2 as const, value })),
    ...(names.ip ?? []).map((ip) => ({ type: 7 as const, ip })),
  ];
  const made = await generate([{ name: 'commonName', value: 'moorline test' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'keyUsage', digitalSignature: true, keyCertSign: true },
      { name: 'subjectAltName', altNames },
    ],
  });
  return { key: made.private, cert: made.cert };
}

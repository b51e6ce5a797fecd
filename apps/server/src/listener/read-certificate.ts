import { readFileSync } from 'node:fs';
import { ServerError } from '../error.js';
import type { Certificate } from './secure-server.js';

/**
 * The certificate and key of the settings; undefined where there are none.
 *
 * @throws ServerError `bad_certificate`.
 */
export function readCertificate(settings: {
  tlsCert?: string | undefined;
  tlsKey?: string | undefined;
}): Certificate | undefined {
  const { tlsCert, tlsKey } = settings;
  if (tlsCert === undefined && tlsKey === undefined) return undefined;
  if (tlsCert === undefined || tlsKey === undefined) {
    throw new ServerError('a certificate needs its key, and a key its certificate', {
      code: 'bad_certificate',
      hint: 'give both --tls-cert and --tls-key',
    });
  }
  return { cert: read(tlsCert), key: read(tlsKey) };
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ServerError(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`, {
      code: 'bad_certificate',
      hint: 'name files that the user of this server may read; "moorline-server certs init" makes some',
      cause: error,
    });
  }
}

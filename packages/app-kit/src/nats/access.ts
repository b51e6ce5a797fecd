import { readFileSync } from 'node:fs';
import { isLoopbackHost } from '@moorline/core';
import type { Authenticator, ConnectionOptions } from '@nats-io/transport-node';
import { AppError } from '../error.js';
import { readSecret } from '../secret.js';
import { flagName } from '../settings/setting.js';
import type { NatsSettings } from './settings.js';

/** How an app shows the NATS servers who it is, and how it knows that they are the right ones. */
export type NatsAccess = Pick<ConnectionOptions, 'user' | 'pass' | 'token' | 'authenticator' | 'tls'>;

/**
 * Reads the files that the settings name: each time anew, so that those that were replaced count.
 *
 * @throws AppError `bad_setting` where the settings do not fit together, `no_secret` where a file does not hold what it should.
 */
export async function readNatsAccess(settings: NatsSettings): Promise<NatsAccess> {
  refuseContradictions(settings);
  const tls = insistsOnTls(settings) ? { tls: readCertificates(settings) } : {};
  const { natsUser, natsPasswordFile, natsTokenFile, natsNkeyFile, natsCredsFile } = settings;
  if (natsUser !== undefined && natsPasswordFile !== undefined) {
    refuseReadable(settings, 'password');
    return { ...tls, user: natsUser, pass: readSecret(natsPasswordFile, 'password for NATS') };
  }
  if (natsTokenFile !== undefined) {
    refuseReadable(settings, 'token');
    return { ...tls, token: readSecret(natsTokenFile, 'token for NATS') };
  }
  if (natsNkeyFile !== undefined) return { ...tls, authenticator: await signer(natsNkeyFile, 'NKey seed') };
  if (natsCredsFile !== undefined) return { ...tls, authenticator: await signer(natsCredsFile, 'NATS credentials') };
  return tls;
}

function refuseContradictions({ natsUser, natsPasswordFile, ...other }: NatsSettings): void {
  const { natsTokenFile, natsNkeyFile, natsCredsFile } = other;
  const ways = Object.entries({ natsUser, natsTokenFile, natsNkeyFile, natsCredsFile });
  const given = ways.flatMap(([key, value]) => (value === undefined ? [] : [`--${flagName(key)}`]));
  if (given.length > 1) {
    throw new AppError(`${given.join(' and ')} exclude each other`, {
      code: 'bad_setting',
      hint: 'give one kind of credentials for NATS',
    });
  }
  if ((natsUser === undefined) !== (natsPasswordFile === undefined)) {
    throw new AppError('of --nats-user and --nats-password-file only one is given', {
      code: 'bad_setting',
      hint: 'give both, or neither',
    });
  }
}

/** NKeys and credentials files sign a challenge: of them nothing secret travels. */
function refuseReadable(settings: NatsSettings, what: string): void {
  if (settings.natsAllowPlaintext || insistsOnTls(settings)) return;
  const far = settings.nats.find((url) => !isLoopbackHost(new URL(url).hostname));
  if (far === undefined) return;
  throw new AppError(`refused to send a ${what} without TLS to ${far}`, {
    code: 'bad_setting',
    hint: 'write tls:// in place of nats://, use an NKey or a credentials file, or add --nats-allow-plaintext',
  });
}

/** The client knows one answer for all of its servers. */
const insistsOnTls = ({ nats, natsCaFile }: NatsSettings): boolean =>
  natsCaFile !== undefined || nats.some((url) => url.startsWith('tls:'));

function readCertificates({ natsCaFile }: NatsSettings): { ca?: string } {
  if (natsCaFile === undefined) return {};
  try {
    return { ca: readFileSync(natsCaFile, 'utf8') };
  } catch (cause) {
    throw new AppError(`cannot read the certificates in ${natsCaFile}`, {
      code: 'bad_setting',
      hint: 'check the path that --nats-ca-file gives, and who may read it',
      cause,
    });
  }
}

/** Signs the servers' challenges; tried once, because a connection says nothing of a file that is malformed. */
async function signer(file: string, what: 'NKey seed' | 'NATS credentials'): Promise<Authenticator> {
  const client = await import('@nats-io/transport-node');
  const secret = new TextEncoder().encode(`${readSecret(file, what)}\n`);
  const authenticator =
    what === 'NKey seed' ? client.nkeyAuthenticator(secret.subarray(0, -1)) : client.credsAuthenticator(secret);
  try {
    authenticator('challenge');
  } catch {
    throw new AppError(`no ${what} in ${file}: it is not of that form`, {
      code: 'no_secret',
      hint:
        what === 'NKey seed'
          ? 'the file holds one line that begins with SU, as "nk -gen user" writes it'
          : 'the file is the one that "nsc generate creds" writes',
    });
  }
  return authenticator;
}

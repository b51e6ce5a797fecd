import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { ServerError } from './error.js';
import { openKeyFile } from './key-file.js';

/** The Ed25519 pair that signs and verifies every JSON Web Token of this server. */
export interface KeyPair {
  /** PKCS #8 in PEM. A secret. */
  privateKey: string;
  /** SPKI in PEM. */
  publicKey: string;
  /** `environment`, or the path of the key file. */
  source: string;
}

export const keyFileName = 'jwt-ed25519.pem';

/**
 * The pair of the environment (`JWT_PRIVATE_KEY`, `JWT_PUBLIC_KEY`, written as ClusterCockpit writes them) where it is
 * set, else the one of `jwt-ed25519.pem` in the data directory, which the first start makes (0600).
 *
 * @throws ServerError `bad_key_variables`, `bad_key_file` or `exposed_key_file`.
 */
export function openKeyPair(dataDir: string, env: Readonly<Record<string, string | undefined>>): KeyPair {
  return pairOfEnvironment(env) ?? pairOfFile(join(dataDir, keyFileName));
}

const pairOf = (privateKey: KeyObject, source: string): KeyPair => ({
  privateKey: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
  publicKey: createPublicKey(privateKey).export({ format: 'pem', type: 'spki' }).toString(),
  source,
});

function pairOfEnvironment(env: Readonly<Record<string, string | undefined>>): KeyPair | undefined {
  const [secret, open] = [env['JWT_PRIVATE_KEY'], env['JWT_PUBLIC_KEY']];
  if (secret === undefined && open === undefined) return undefined;
  const fail = (what: string) =>
    new ServerError(what, {
      code: 'bad_key_variables',
      hint: 'JWT_PRIVATE_KEY is the base64 of 64 bytes (seed, then public key), JWT_PUBLIC_KEY of its last 32; unset both to use the key file',
    });
  if (secret === undefined) throw fail('JWT_PUBLIC_KEY is set without JWT_PRIVATE_KEY');
  const bytes = Buffer.from(secret, 'base64');
  if (bytes.length !== 64) throw fail(`JWT_PRIVATE_KEY holds ${bytes.length} bytes instead of 64`);
  const privateKey = privateKeyOfSeed(bytes.subarray(0, 32));
  const publicKey = createPublicKey(privateKey);
  const x = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
  if (!x.equals(bytes.subarray(32))) throw fail('the public half of JWT_PRIVATE_KEY does not belong to its seed');
  if (open !== undefined && !x.equals(Buffer.from(open, 'base64'))) {
    throw fail('JWT_PUBLIC_KEY does not belong to JWT_PRIVATE_KEY');
  }
  return pairOf(privateKey, 'environment');
}

/** What PKCS #8 puts before the 32 bytes of an Ed25519 seed (RFC 8410). */
const pkcs8Prefix = Buffer.from('302e020100300506032b657004220420', 'hex');

const privateKeyOfSeed = (seed: Buffer): KeyObject =>
  createPrivateKey({ key: Buffer.concat([pkcs8Prefix, seed]), format: 'der', type: 'pkcs8' });

function pairOfFile(path: string): KeyPair {
  const pem = openKeyFile(path, makePem);
  const fail = (what: string, cause?: unknown) =>
    new ServerError(`key file ${path}: ${what}`, {
      code: 'bad_key_file',
      hint: 'put the right file back; without it, moving it away lets the next start make a new pair, and every JSON Web Token issued so far stops working',
      cause,
    });
  let privateKey: KeyObject;
  try {
    privateKey = createPrivateKey(pem);
  } catch (error) {
    throw fail('does not hold a private key in PEM form', error);
  }
  if (privateKey.asymmetricKeyType !== 'ed25519') {
    throw fail(`holds a key of type ${privateKey.asymmetricKeyType ?? 'unknown'} instead of ed25519`);
  }
  return pairOf(privateKey, path);
}

const makePem = (): string =>
  generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();

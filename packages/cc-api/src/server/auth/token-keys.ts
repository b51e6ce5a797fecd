import { base64url, exportJWK, generateKeyPair, importJWK, importPKCS8, importSPKI } from 'jose';
import { CcApiError } from '../../wire/error.js';

/** The environment that the original reads its keys from holds exactly these two texts. */
export interface TokenKeyPair {
  /** Base64 of 64 bytes: the seed, then the public key. A secret. */
  privateKey: string;
  /** Base64 of 32 bytes. */
  publicKey: string;
}

/** A new Ed25519 key pair for tokens. */
export async function generateTokenKeys(): Promise<TokenKeyPair> {
  const pair = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const { d = '', x = '' } = await exportJWK(pair.privateKey);
  const publicKey = base64url.decode(x);
  return { privateKey: toBase64(concat(base64url.decode(d), publicKey)), publicKey: toBase64(publicKey) };
}

/**
 * @param text base64 of 64 bytes (seed and public key), or PKCS #8 in PEM.
 * @throws CcApiError `invalid_key`.
 */
export async function importPrivateKey(text: string) {
  return readKey('private', text, 64, async (bytes) =>
    bytes === undefined
      ? importPKCS8(text, 'EdDSA')
      : importJWK(
          {
            kty: 'OKP',
            crv: 'Ed25519',
            d: base64url.encode(bytes.subarray(0, 32)),
            x: base64url.encode(bytes.subarray(32)),
          },
          'EdDSA',
        ),
  );
}

/**
 * @param text base64 of 32 bytes, or SPKI in PEM.
 * @throws CcApiError `invalid_key`.
 */
export async function importPublicKey(text: string) {
  return readKey('public', text, 32, async (bytes) =>
    bytes === undefined
      ? importSPKI(text, 'EdDSA')
      : importJWK({ kty: 'OKP', crv: 'Ed25519', x: base64url.encode(bytes) }, 'EdDSA'),
  );
}

/** @param read gets the key's bytes, undefined where the text is PEM. */
async function readKey<Key>(
  kind: 'private' | 'public',
  text: string,
  length: number,
  read: (bytes: Uint8Array | undefined) => Promise<Key>,
): Promise<Key> {
  try {
    const isPem = text.trimStart().startsWith('-----BEGIN');
    const bytes = isPem ? undefined : fromBase64(text.trim());
    if (bytes !== undefined && bytes.length !== length) throw new RangeError(`${bytes.length} bytes`);
    return await read(bytes);
  } catch (cause) {
    throw new CcApiError(`the ${kind} key for tokens cannot be read`, {
      code: 'invalid_key',
      // The cause's message may quote the key; its kind alone is kept.
      details: { cause: cause instanceof Error ? cause.name : 'unknown' },
      hint: `give base64 of ${length} bytes, or an Ed25519 key in PEM`,
    });
  }
}

function concat(first: Uint8Array, second: Uint8Array): Uint8Array {
  const joined = new Uint8Array(first.length + second.length);
  joined.set(first);
  joined.set(second, first.length);
  return joined;
}

/** Takes base64url too. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

export function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

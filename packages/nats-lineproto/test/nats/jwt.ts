import { nkeys } from '@nats-io/transport-node';

type KeyPair = ReturnType<typeof nkeys.createUser>;

/** An operator with an account and a user: what `nsc` makes, and the credentials file of the user. */
export function makeOperator(): { configuration: string; creds(user?: KeyPair): string } {
  const operator = nkeys.createOperator();
  const account = nkeys.createAccount();
  const system = nkeys.createAccount();
  const user = nkeys.createUser();
  const accountJwt = (keys: KeyPair): string => jwt(operator, keys, { type: 'account', version: 2, limits: unlimited });
  return {
    configuration: `
operator: ${jwt(operator, operator, { type: 'operator', version: 2 })}
system_account: ${system.getPublicKey()}
resolver: MEMORY
resolver_preload: {
  ${account.getPublicKey()}: ${accountJwt(account)}
  ${system.getPublicKey()}: ${accountJwt(system)}
}`,
    creds: (keys = user) => {
      const token = jwt(account, user, { type: 'user', version: 2, ...unlimited });
      const seed = new TextDecoder().decode(keys.getSeed());
      return `-----BEGIN NATS USER JWT-----\n${token}\n------END NATS USER JWT------\n\n-----BEGIN USER NKEY SEED-----\n${seed}\n------END USER NKEY SEED------\n`;
    },
  };
}

const unlimited = { subs: -1, conn: -1, leaf: -1, imports: -1, exports: -1, data: -1, payload: -1, wildcards: true };

function jwt(issuer: KeyPair, subject: KeyPair, nats: object): string {
  const claims = {
    jti: 'test',
    iat: 1_700_000_000,
    iss: issuer.getPublicKey(),
    sub: subject.getPublicKey(),
    name: 'test',
    nats,
  };
  const text = [{ typ: 'JWT', alg: 'ed25519-nkey' }, claims].map((part) => base64url(JSON.stringify(part))).join('.');
  return `${text}.${base64url(issuer.sign(new TextEncoder().encode(text)))}`;
}

function base64url(data: string | Uint8Array): string {
  return Buffer.from(data).toString('base64url');
}

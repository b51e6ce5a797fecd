import type { ClientConfig } from 'pg';
import { StoreError } from '../errors.js';
import { resultTypes } from './values.js';

/** Where a store is on Postgres. */
export interface PostgresOptions {
  /** `postgres://user:password@host:port/database`, as node-postgres reads it (`?sslmode=verify-full` …). */
  url: string;
  /** The schema of the tables, made where there is none: small letters, digits and underscores. Default `public`. */
  schema?: string | undefined;
  /** Connections that read, ≥ 1. Default 4. Two more write. */
  poolSize?: number | undefined;
}

/** A database as connections to it want it. */
export interface Target {
  /** Without user and password: for messages. */
  readonly name: string;
  readonly schema: string;
  readonly config: ClientConfig;
}

/**
 * @param durability `relaxed`: commits do not wait for the disk.
 * @throws StoreError `invalid_argument`. The address is not in the error: it holds a password.
 */
export function targetOf({ url, schema = 'public' }: PostgresOptions, durability: 'full' | 'relaxed'): Target {
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(schema)) {
    throw new StoreError(`the schema "${schema}" cannot be used`, {
      code: 'invalid_argument',
      hint: 'name it with small letters, digits and underscores',
    });
  }
  const address = parse(url);
  const settings = [
    `search_path=${schema}`,
    `synchronous_commit=${durability === 'full' ? 'on' : 'off'}`,
    // A server that hangs within a transaction holds locks that the others wait for.
    'idle_in_transaction_session_timeout=60s',
  ].map((setting) => `-c ${setting}`);
  const given = address.searchParams.get('options');
  address.searchParams.set('options', [...(given === null ? [] : [given]), ...settings].join(' '));
  return {
    name: `postgres://${address.host}${address.pathname}`,
    schema,
    config: {
      connectionString: address.href,
      application_name: 'moorline',
      keepAlive: true,
      connectionTimeoutMillis: 10_000,
      types: resultTypes,
    },
  };
}

function parse(url: string): URL {
  if (/^postgres(ql)?:\/\//.test(url) && URL.canParse(url)) return new URL(url);
  throw new StoreError('the address of the Postgres database cannot be read', {
    code: 'invalid_argument',
    hint: 'write postgres://user:password@host:5432/database, with special characters of the password percent-encoded',
  });
}

import type { TestProject } from 'vitest/node';
import { startPostgres } from './postgres.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** A Postgres database of this run: each test that writes takes a schema of its own. */
    postgresUrl: string;
  }
}

/**
 * For vitest's `globalSetup`: the database that `TEST_POSTGRES_URL` names, whose user must be able to make schemas, else a server of
 * this run's own.
 */
export default async function setup({ provide }: TestProject): Promise<() => void> {
  const url = process.env['TEST_POSTGRES_URL'];
  if (url !== undefined) {
    provide('postgresUrl', url);
    return () => undefined;
  }
  const server = await startPostgres();
  provide('postgresUrl', server.url);
  return () => server.stop();
}

import { isApplicationError, newClient } from '@moorline/rpc-versioned';
import { fluxError, newServer } from '@moorline/rpc-versioned/server';
import { createMemoryPair } from '@moorline/rpc-versioned/testing';
import { equal, failureOf } from './check.js';

/** Calls a Flux daemon in the same process; every message comes in single bytes. */
export async function run(): Promise<void> {
  const [service, daemon] = createMemoryPair({ split: (bytes) => Array.from(bytes, (byte) => Uint8Array.of(byte)) });
  const handler = {
    version: () => '1.25.4',
    syncStatus: (ref: string) => [`${ref}~1`, ref],
    jobStatus(id: string): never {
      throw fluxError({ type: 'missing', message: `unknown job ${id}`, help: 'Jobs are kept for an hour.' });
    },
  };
  const served = newServer(handler, { timeoutMs: 1000 }).serveConn(daemon);
  const client = newClient(11, service);

  equal(await client.version(), '1.25.4');
  equal(await client.syncStatus('HEAD'), ['HEAD~1', 'HEAD']);
  const error = await failureOf(client.jobStatus('7c2e'));
  equal(isApplicationError(error) && error.application.type, 'missing');

  client.close();
  await served;
}

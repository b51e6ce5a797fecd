import type { Connection } from '../client/connection.js';
import { aborted } from '../engine/aborted.js';
import { type OutputWorker, worker } from '../engine/run-worker.js';
import { ApicallerError } from '../error.js';

/**
 * A worker that owns a connection and lives as long as it: killed, it closes the connection; when the connection breaks,
 * it closes it and fails (docs/protocol.md §4.2). Closing that fails is what the worker ends with.
 */
export function apiCallerWorker(connection: Connection): OutputWorker<Connection> {
  const run = async (signal: AbortSignal): Promise<void> => {
    const end = await Promise.race([aborted(signal), connection.broken.then(() => 'broken' as const)]);
    await connection.close();
    if (end === 'broken') {
      throw new ApicallerError('api connection broken unexpectedly', {
        code: 'connection_lost',
        isRetryable: true,
        hint: 'the engine connects again',
        cause: await connection.broken,
      });
    }
  };
  const report = (): object => ({
    addr: connection.addr,
    model: connection.modelTag,
    controller: connection.controllerTag,
    version: connection.serverVersion,
    'calls-in-flight': connection.inFlight,
  });
  return worker(run, { output: connection, report });
}

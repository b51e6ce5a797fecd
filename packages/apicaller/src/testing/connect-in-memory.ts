import type { Connection } from '../client/connection.js';
import type { ControllerServer } from '../server/controller-server.js';
import { connectOver, type MemoryInfo, type MemoryOpenOptions, modelUuidOf } from './connect-over.js';
import { createMessagePair } from './message-pair.js';

/**
 * Connects to a server of `@moorline/apicaller/server` in this process, without a socket, and logs in: both halves are the
 * real ones, from the text of a message on.
 *
 * ```ts
 * const connection = await connectInMemory(controller, { modelTag, tag: 'machine-0', password, nonce });
 * ```
 *
 * @throws as `apiOpen`, but for dialling.
 */
export async function connectInMemory(
  server: ControllerServer,
  info: MemoryInfo,
  options: MemoryOpenOptions = {},
): Promise<Connection> {
  options.signal?.throwIfAborted();
  const [here, there] = createMessagePair();
  await server.serve(there, { modelUuid: modelUuidOf(info), remoteAddress: undefined });
  return connectOver(here, info, options);
}

import { systemClock } from '@moorline/core';
import type { ApiInfo } from '../client/api-info.js';
import type { OpenOptions } from '../client/api-open.js';
import { ApiConnection, type Connection } from '../client/connection.js';
import { logIn } from '../client/log-in.js';
import type { MessageSocket } from '../rpc/message-socket.js';
import { RpcConnection } from '../rpc/rpc-connection.js';
import { parseTag } from '../wire/tag.js';

/** Who connects, and to what; nobody is dialled, so there are no addresses. */
export type MemoryInfo = Omit<ApiInfo, 'addrs' | 'caCert' | 'sniHostName'>;
/** Of {@link OpenOptions}, what concerns a connection that need not be dialled. */
export type MemoryOpenOptions = Pick<
  OpenOptions,
  'facadeVersions' | 'pingPeriodMs' | 'pingTimeoutMs' | 'clientVersion' | 'cliArgs' | 'signal' | 'clock'
>;

/** Where connections in memory say that they lead. */
const address = { scheme: 'wss', host: 'memory.invalid', port: 17070, path: '' } as const;

/** The uuid of the model that an info names; undefined for the controller itself. */
export const modelUuidOf = ({ modelTag }: MemoryInfo): string | undefined =>
  modelTag === undefined || modelTag === '' ? undefined : parseTag(modelTag, 'model').id;

/** Logs in over a connection that is there already, with the client's own code. */
export async function connectOver(
  socket: MessageSocket,
  info: MemoryInfo,
  options: MemoryOpenOptions = {},
): Promise<Connection> {
  const { facadeVersions, pingPeriodMs = 60_000, pingTimeoutMs = 30_000, clock = systemClock } = options;
  const { signal = new AbortController().signal, cliArgs, clientVersion = '3.6.11' } = options;
  const { tag = '', password = '', nonce, token, macaroons, skipLogin = false } = info;
  const rpc = new RpcConnection(socket, { clock });
  const credentials = { tag, password, nonce, token, macaroons, cliArgs, clientVersion };
  const expected = { modelTag: info.modelTag === '' ? undefined : info.modelTag, isSeed: false };
  try {
    const login = skipLogin ? undefined : await logIn(rpc, credentials, [3], expected, signal);
    const known = { Agent: [2, 3], AgentTools: [1], Pinger: [1], ...facadeVersions };
    return new ApiConnection({ rpc, address, login, facadeVersions: known, pingPeriodMs, pingTimeoutMs, clock });
  } catch (error) {
    await rpc.close(0);
    throw error;
  }
}

import type { Clock, Logger } from '@moorline/core';
import type { Agent } from '../agent-config/agent.js';
import type { ApiInfo } from '../client/api-info.js';
import type { OpenOptions } from '../client/api-open.js';
import type { Connection } from '../client/connection.js';
import type { ProvisionWait } from './provision-wait.js';

/** Opens a connection: {@link apiOpen}, or what a test puts in its place. */
export type OpenFunc = (info: ApiInfo, options: OpenOptions) => Promise<Connection>;

/** How a strategy connects. */
export interface ConnectOptions {
  /**
   * How each attempt is dialled. Default: 3,000 ms for dialling, 200 ms between addresses, 60,000 ms in all, no
   * repetitions.
   */
  dial?: OpenOptions | undefined;
  provisionWait?: ProvisionWait | undefined;
  /**
   * Records the model of the connection in a configuration that has none, as Juju 2.0's first versions did. Default
   * false.
   */
  recordsModel?: boolean | undefined;
  signal?: AbortSignal | undefined;
  logger?: Logger | undefined;
  clock?: Clock | undefined;
}

/** A strategy: how an agent gets a connection that it can use. */
export type ConnectFunc = (agent: Agent, open: OpenFunc, options?: ConnectOptions) => Promise<Connection>;

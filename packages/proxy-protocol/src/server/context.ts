import type { Socket } from 'node:net';
import type { Clock, Logger } from '@moorline/core';
import type { FdPassing } from '../fd/fd-passing.js';
import type { V2Compat } from '../wire/v2/message.js';
import type { Containers } from './containers.js';
import type { ProxyHooks } from './hooks.js';
import type { ProxyLimits, ProxyTimeouts } from './limits.js';
import type { UnsentBytes } from './output-queue.js';
import type { Tokens } from './tokens.js';

/** What the parts of one proxy share. */
export interface ServerContext {
  readonly compat: V2Compat;
  readonly readConsole: boolean;
  readonly limits: ProxyLimits;
  readonly timeouts: ProxyTimeouts;
  readonly hooks: ProxyHooks;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly containers: Containers;
  readonly tokens: Tokens;
  readonly unsent: UnsentBytes;
  /** Everything that is closed with the proxy: clients' connections, and our ends of descriptors. */
  readonly sockets: Set<Socket>;
  /** Where shims connect to, as v3 tells it: `unix:///run/clear-containers/proxy.sock`. */
  readonly url: () => string;
  /** @throws ProxyError `fd_unavailable`. */
  readonly fdPassing: () => Promise<FdPassing>;
}

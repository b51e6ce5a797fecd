import { type Clock, systemClock } from '@moorline/core';
import { ProxyError } from '../wire/proxy-error.js';
import type { V2Compat } from '../wire/v2/message.js';
import { defaultMaxPayloadBytes } from '../wire/v3/frame.js';
import { checkNumber } from './call-options.js';
import { detectGeneration } from './detect-generation.js';
import { dial, type DialTarget } from './dial.js';
import { ProxyClient } from './proxy-client.js';
import { V2Connection } from './v2-connection.js';
import { V3Connection } from './v3-connection.js';
import { V3ProxyClient } from './v3-proxy-client.js';

/** Options of {@link connectProxy}: `path` or `fd`, and the rest as needed. */
export interface ConnectProxyOptions extends DialTarget {
  /**
   * What the proxy speaks: `v2` is 2.0 to 2.2, `v3` is 3.0. `detect` asks it on a connection of its own, which takes `probeTimeoutMs`
   * with some releases of v2: better to say it. Default `v2`.
   */
  generation?: 'v2' | 'v3' | 'detect' | undefined;
  /** v2: how strictly answers are checked. `2.0.0` passes over reserved bits and takes bodies of 16 MiB. Default `2.2`. */
  compat?: V2Compat | undefined;
  /** Rejects at once with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Milliseconds, ≥ 0, until connected; 0: no limit. Default 10,000. */
  timeoutMs?: number | undefined;
  /** Milliseconds, ≥ 0, that a call may wait for its answer, unless it says otherwise; 0: no limit. `hello()` and `registerVm()` have none. Default 30,000. */
  callTimeoutMs?: number | undefined;
  /** `detect`: milliseconds, ≥ 1, after which a proxy that has not answered speaks v2. Default 1000. */
  probeTimeoutMs?: number | undefined;
  /** Largest body of v2 or payload of v3, bytes, ≥ 1. Default 1 MiB. */
  maxMessageBytes?: number | undefined;
  /** v3: bytes of output, ≥ 0, that are held at most for a command whose answer comes behind them. Default 1 MiB. */
  maxUnreadBytes?: number | undefined;
  clock?: Clock | undefined;
}

/**
 * Connects to a proxy's socket.
 *
 * @throws ProxyError `connect_failed`, `socket_path_too_long` or `invalid_option`; TimeoutError; the signal's reason.
 */
export function connectProxy(options: ConnectProxyOptions & { generation: 'v3' }): Promise<V3ProxyClient>;
export function connectProxy(options: ConnectProxyOptions & { generation?: 'v2' | undefined }): Promise<ProxyClient>;
export function connectProxy(options: ConnectProxyOptions): Promise<ProxyClient | V3ProxyClient>;
export async function connectProxy(options: ConnectProxyOptions): Promise<ProxyClient | V3ProxyClient> {
  checkOptions(options);
  const generation = options.generation === 'detect' ? await detect(options) : options.generation;
  return generation === 'v3' ? connectV3(options) : connectV2(options);
}

async function connectV2(options: ConnectProxyOptions): Promise<ProxyClient> {
  const { compat, maxMessageBytes, callTimeoutMs = defaultCallTimeoutMs, clock = systemClock } = options;
  const connection = new V2Connection({ compat, maxBodyBytes: maxMessageBytes }, clock);
  connection.open(await dial({ ...dialOptions(options), onread: connection.onread }));
  return new ProxyClient(connection, { callTimeoutMs, maxBodyBytes: maxMessageBytes, clock });
}

async function connectV3(options: ConnectProxyOptions): Promise<V3ProxyClient> {
  const { callTimeoutMs = defaultCallTimeoutMs, clock = systemClock } = options;
  const { maxMessageBytes = defaultMaxPayloadBytes, maxUnreadBytes = 2 ** 20 } = options;
  const connection = new V3Connection({ maxPayloadBytes: maxMessageBytes, maxUnreadBytes, clock });
  connection.open(await dial({ ...dialOptions(options), onread: connection.onread }));
  return new V3ProxyClient(connection, { callTimeoutMs, clock });
}

function detect(options: ConnectProxyOptions): Promise<'v2' | 'v3'> {
  const { path, probeTimeoutMs = 1000 } = options;
  if (path !== undefined) return detectGeneration({ ...dialOptions(options), path, probeTimeoutMs });
  throw new ProxyError('a generation cannot be detected over the only connection', {
    code: 'invalid_option',
    hint: 'give path instead of fd, or say which generation it is',
  });
}

const defaultCallTimeoutMs = 30_000;

function dialOptions({ path, fd, signal, timeoutMs = 10_000, clock = systemClock }: ConnectProxyOptions) {
  return { path, fd, signal, timeoutMs, clock };
}

function checkOptions(options: ConnectProxyOptions): void {
  checkNumber('timeoutMs', options.timeoutMs, 0);
  checkNumber('callTimeoutMs', options.callTimeoutMs, 0);
  checkNumber('probeTimeoutMs', options.probeTimeoutMs, 1);
  checkNumber('maxMessageBytes', options.maxMessageBytes, 1);
  checkNumber('maxUnreadBytes', options.maxUnreadBytes, 0);
}

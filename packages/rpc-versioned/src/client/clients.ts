import type { ByteStream } from '../wire/byte-stream.js';
import type { ClientOptions } from './client-options.js';
import { RPCClient, type RpcVersion } from './rpc-client.js';

/** The baseline: bare results, errors as text, resources of the kind `service`. For daemons from 1.0.0. */
export class RPCClientV6 extends RPCClient {
  constructor(stream: ByteStream, options: ClientOptions = {}) {
    super(6, stream, options);
  }
}

/** Structured errors. For daemons from 1.0.1. */
export class RPCClientV7 extends RPCClient {
  constructor(stream: ByteStream, options: ClientOptions = {}) {
    super(7, stream, options);
  }
}

/** Other kinds of resources. For daemons from 1.1.0. */
export class RPCClientV8 extends RPCClient {
  constructor(stream: ByteStream, options: ClientOptions = {}) {
    super(8, stream, options);
  }
}

/** `notifyChange()`. For daemons from 1.2.0. */
export class RPCClientV9 extends RPCClient {
  constructor(stream: ByteStream, options: ClientOptions = {}) {
    super(9, stream, options);
  }
}

/** `listImagesWithOptions()`. For daemons from 1.4.1. */
export class RPCClientV10 extends RPCClient {
  constructor(stream: ByteStream, options: ClientOptions = {}) {
    super(10, stream, options);
  }
}

/** `listServicesWithOptions()`. For daemons from 1.14.0. */
export class RPCClientV11 extends RPCClient {
  constructor(stream: ByteStream, options: ClientOptions = {}) {
    super(11, stream, options);
  }
}

export const newClientV6 = (stream: ByteStream, options?: ClientOptions): RPCClientV6 =>
  new RPCClientV6(stream, options);
export const newClientV7 = (stream: ByteStream, options?: ClientOptions): RPCClientV7 =>
  new RPCClientV7(stream, options);
export const newClientV8 = (stream: ByteStream, options?: ClientOptions): RPCClientV8 =>
  new RPCClientV8(stream, options);
export const newClientV9 = (stream: ByteStream, options?: ClientOptions): RPCClientV9 =>
  new RPCClientV9(stream, options);
export const newClientV10 = (stream: ByteStream, options?: ClientOptions): RPCClientV10 =>
  new RPCClientV10(stream, options);
export const newClientV11 = (stream: ByteStream, options?: ClientOptions): RPCClientV11 =>
  new RPCClientV11(stream, options);

const clients = {
  6: RPCClientV6,
  7: RPCClientV7,
  8: RPCClientV8,
  9: RPCClientV9,
  10: RPCClientV10,
  11: RPCClientV11,
} as const satisfies Record<RpcVersion, new (stream: ByteStream, options?: ClientOptions) => RPCClient>;

/** The client for the version in the path that a daemon has dialled: another one misreads its answers. */
export function newClient(version: RpcVersion, stream: ByteStream, options?: ClientOptions): RPCClient {
  return new clients[version](stream, options);
}

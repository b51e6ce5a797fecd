export type { ByteReceiver, ByteStream } from './wire/byte-stream.js';
export {
  type ApplicationError,
  isApplicationError,
  isFatalError,
  isRpcError,
  RpcError,
  type RpcErrorCode,
  rpcErrorCodes,
  type RpcErrorOptions,
} from './wire/rpc-error.js';

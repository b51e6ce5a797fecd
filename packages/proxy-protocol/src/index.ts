export {
  type HyperGeneration,
  hyperCode,
  hyperstartCodes,
  type HyperstartName,
  hyperstartName,
} from './wire/hyperstart/commands.js';
export {
  ControlReader,
  type ControlSink,
  encodeControlPacket,
  encodeNext,
  maxControlPacketBytes,
} from './wire/hyperstart/control-packet.js';
export {
  encodeIoPacket,
  encodeIoPackets,
  ioHeaderBytes,
  IoPacket,
  IoReader,
  type IoSink,
  maxIoDataBytes,
  maxIoPacketBytes,
  writeIoHeader,
} from './wire/hyperstart/io-packet.js';
export { type OutputKind, OutputPhase } from './wire/hyperstart/output-phase.js';
export {
  isFatalError,
  isProxyError,
  ProxyError,
  type ProxyErrorCode,
  proxyErrorCodes,
  type ProxyErrorOptions,
} from './wire/proxy-error.js';

export {
  hyperCode,
  type HyperGeneration,
  hyperstartCodes,
  hyperstartName,
  type HyperstartName,
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
  IoPacket,
  IoReader,
  type IoSink,
  maxIoDataBytes,
  maxIoPacketBytes,
} from './wire/hyperstart/io-packet.js';
export { type OutputKind, OutputPhase } from './wire/hyperstart/output-phase.js';
export type { JsonObject, JsonText } from './wire/json-text.js';
export {
  isFatalError,
  isProxyError,
  ProxyError,
  type ProxyErrorCode,
  type ProxyErrorOptions,
} from './wire/proxy-error.js';
export { V2MessageReader, type V2ReaderOptions } from './wire/v2/message-reader.js';
export {
  defaultMaxBodyBytes,
  descriptorTag,
  maxV2ResponseBytes,
  type V2Compat,
  v2HeaderBytes,
} from './wire/v2/message.js';
export {
  type AllocateIoPayload,
  type ContainerPayload,
  type HelloPayload,
  type HyperPayload,
  readAllocateIo,
  readAttach,
  readBye,
  readHello,
  readHyper,
} from './wire/v2/payloads.js';
export { decodeV2Request, encodeV2Request, type V2Request, type V2RequestId, v2RequestIds } from './wire/v2/request.js';
export {
  decodeV2Response,
  encodeV2Response,
  ioBaseOf,
  type V2Response,
  type V2ResponseData,
} from './wire/v2/response.js';
export { FrameReader } from './wire/v3/frame-reader.js';
export {
  defaultMaxPayloadBytes,
  encodeCommand,
  encodeProcessExited,
  encodeResponse,
  encodeStream,
  type Frame,
  frameHeaderBytes,
} from './wire/v3/frame.js';
export { encodeLogEntry, type LogEntry, type LogLevel, readLogEntry } from './wire/v3/log.js';
export {
  type AttachVmPayload,
  type ConnectShimPayload,
  encodeAttachVm,
  encodeConnectShim,
  encodeErrorMessage,
  encodeIoAccess,
  encodeRegisterVm,
  encodeUnregisterVm,
  encodeV3Hyper,
  type IoAccess,
  readAttachVm,
  readConnectShim,
  readErrorMessage,
  readIoAccess,
  readRegisterVm,
  readUnregisterVm,
  readV3Hyper,
  type RegisterVmPayload,
  type UnregisterVmPayload,
  type V3HyperPayload,
} from './wire/v3/payloads.js';
export { encodeSignal, readSignal, type SignalPayload } from './wire/v3/signal.js';
export {
  type CommandName,
  commandOpcodes,
  type FrameType,
  frameTypes,
  type NotificationName,
  notificationOpcodes,
  type StreamName,
  streamOpcodes,
} from './wire/v3/types.js';

export { createEventsHandler, type EventSender, type EventsHandlerOptions } from './events/events-handler.js';
export type { CallContext, DaemonHandler, Loosely } from './server/handler.js';
export { RPCServer } from './server/rpc-server.js';
export { newServer, type ServeOptions, Server, type ServerOptions } from './server/server.js';
export { fluxError, type FluxErrorOptions } from './wire/application-error.js';
export type { ByteReceiver, ByteStream } from './wire/byte-stream.js';
export type { FluxEvent } from './wire/event.js';
export type { MethodName } from './wire/methods.js';
export type { WireRequest } from './wire/request.js';

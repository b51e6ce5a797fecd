import { encodeAnswer, isMethodName, type MethodName, methods } from '../wire/methods.js';
import { serviceName, type WireRequest } from '../wire/request.js';
import { encodeResult } from '../wire/response.js';
import { kindOf } from '../wire/shape.js';
import type { CallContext, DaemonHandler } from './handler.js';

/** Calls the method of a handler that a request names. */
type Invoke = (context: CallContext) => unknown;

/** The method table of a daemon: which requests it takes, and what its handler answers to them. */
export class RPCServer {
  readonly #handler: DaemonHandler;

  constructor(handler: DaemonHandler) {
    this.#handler = handler;
  }

  /**
   * Finds the method of a request and reads its argument.
   *
   * @throws Error, in Go's words, where there is no such method or the argument is not of its type.
   */
  prepare(request: WireRequest): { name: MethodName; invoke: Invoke } {
    const { method, params } = request;
    const name = this.#find(method);
    if (params === undefined || params === null) throw new Error('jsonrpc: request body missing params');
    if (!Array.isArray(params)) {
      throw new Error(`json: cannot unmarshal ${kindOf(params)} into Go value of type [1]interface {}`);
    }
    const argument = methods[name].receivedArgument.read(params[0]);
    return { name, invoke: this.#bind(name, argument) };
  }

  /** The methods that the handler has. */
  get methodNames(): MethodName[] {
    return (Object.keys(methods) as MethodName[]).filter((name) => this.#has(name));
  }

  /** @returns the answer's text. @throws where the handler returned what the method cannot answer. */
  encode(name: MethodName, id: string, result: unknown): string {
    return encodeResult(id, encodeAnswer(name, result));
  }

  #find(method: string): MethodName {
    const dot = method.lastIndexOf('.');
    if (dot < 0) throw new Error(`rpc: service/method request ill-formed: ${method}`);
    if (method.slice(0, dot) !== serviceName) throw new Error(`rpc: can't find service ${method}`);
    const name = method.slice(dot + 1);
    if (!isMethodName(name) || !this.#has(name)) throw new Error(`rpc: can't find method ${method}`);
    return name;
  }

  #has(name: MethodName): boolean {
    return name === 'Ping' || typeof this.#handler[handlerName(name)] === 'function';
  }

  #bind(name: MethodName, argument: unknown): Invoke {
    const call = this.#handler[handlerName(name)] as ((...given: unknown[]) => unknown) | undefined;
    if (call === undefined) return () => undefined;
    const isWithout = argument === undefined;
    return (context) => (isWithout ? call.call(this.#handler, context) : call.call(this.#handler, argument, context));
  }
}

/** `ListServices` → `listServices`. */
function handlerName(name: MethodName): keyof DaemonHandler {
  return handlerNames[name];
}

const handlerNames: Record<MethodName, keyof DaemonHandler> = {
  Ping: 'ping',
  Version: 'version',
  Export: 'export',
  ListServices: 'listServices',
  ListServicesWithOptions: 'listServicesWithOptions',
  ListImages: 'listImages',
  ListImagesWithOptions: 'listImagesWithOptions',
  UpdateManifests: 'updateManifests',
  SyncNotify: 'syncNotify',
  NotifyChange: 'notifyChange',
  JobStatus: 'jobStatus',
  SyncStatus: 'syncStatus',
  GitRepoConfig: 'gitRepoConfig',
};

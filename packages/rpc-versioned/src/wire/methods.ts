import { goJson } from '@moorline/core';
import { applicationError } from './application-error.js';
import { change, type Change } from './change.js';
import {
  type ControllerStatus,
  controllerStatus,
  type ListServicesOptions,
  listServicesOptions,
} from './controllers.js';
import { exportBytes, toBase64 } from './export-bytes.js';
import { type GitConfig, gitConfig } from './git-config.js';
import { type ImageStatus, imageStatus, type ListImagesOptions, listImagesOptions } from './images.js';
import { type JobStatus, jobStatus } from './job-status.js';
import { type ApplicationError } from './rpc-error.js';
import { flag, isObject, list, PayloadError, type Shape, text } from './shape.js';
import { receivedUpdateSpec, type UpdateSpec, updateSpec } from './update-spec.js';

/** What each method takes and answers. */
export interface MethodTypes {
  Ping: { argument: undefined; result: undefined };
  Version: { argument: undefined; result: string };
  Export: { argument: undefined; result: Uint8Array };
  ListServices: { argument: string; result: ControllerStatus[] | null };
  ListServicesWithOptions: { argument: ListServicesOptions; result: ControllerStatus[] | null };
  ListImages: { argument: string; result: ImageStatus[] | null };
  ListImagesWithOptions: { argument: ListImagesOptions; result: ImageStatus[] | null };
  UpdateManifests: { argument: UpdateSpec; result: string };
  SyncNotify: { argument: undefined; result: undefined };
  NotifyChange: { argument: Change; result: undefined };
  JobStatus: { argument: string; result: JobStatus };
  SyncStatus: { argument: string; result: string[] | null };
  GitRepoConfig: { argument: boolean; result: GitConfig };
}

export type MethodName = keyof MethodTypes;

/** How a result is wrapped from v7 on: not at all, beside an application error, or as that error alone. */
export type Wrapping = 'bare' | 'union' | 'error';

/** How one method travels. */
export interface Method<A, R> {
  readonly argument: Shape<A>;
  /** Reads the argument in a daemon, where that is stricter. */
  readonly receivedArgument: Shape<A>;
  readonly result: Shape<R>;
  /** JSON text of a result; what a handler returned is brought into form first. */
  readonly encodeResult: (result: unknown) => string;
  readonly wrapping: Wrapping;
  /** Whether `null` from a v6 daemon is the empty result: lists and bytes, which Go sends so (docs/protocol.md, v6). */
  readonly hasNullResult: boolean;
}

const nothing: Shape<undefined> = {
  goType: 'struct {}',
  read(value) {
    if (value !== undefined && value !== null && !isObject(value)) throw PayloadError.mismatch(value, 'struct {}');
    return undefined;
  },
  isEmpty: () => false,
};

const anything: Shape<undefined> = { goType: 'interface {}', read: () => undefined, isEmpty: () => false };

interface MethodOptions<A> {
  wrapping?: Wrapping;
  hasNullResult?: boolean;
  receivedArgument?: Shape<A>;
  encodeResult?: (result: unknown) => string;
}

function method<A, R>(argument: Shape<A>, result: Shape<R>, options: MethodOptions<A> = {}): Method<A, R> {
  const { wrapping = 'union', hasNullResult = false, receivedArgument = argument } = options;
  const { encodeResult = (value) => goJson(result.read(value)) } = options;
  return { argument, receivedArgument, result, encodeResult, wrapping, hasNullResult };
}

const emptyObject = () => '{}';
const controllers = list(controllerStatus);
const images = list(imageStatus);

/** The methods by name. */
export const methods: { readonly [M in MethodName]: Method<MethodTypes[M]['argument'], MethodTypes[M]['result']> } = {
  Ping: method(nothing, anything, { wrapping: 'bare', encodeResult: emptyObject }),
  Version: method(nothing, text, { wrapping: 'bare', encodeResult: encodeVersion }),
  Export: method(nothing, exportBytes, { hasNullResult: true, encodeResult: encodeExport }),
  ListServices: method(text, controllers, { hasNullResult: true }),
  ListServicesWithOptions: method(listServicesOptions, controllers),
  ListImages: method(text, images, { hasNullResult: true }),
  ListImagesWithOptions: method(listImagesOptions, images),
  UpdateManifests: method(updateSpec, text, { receivedArgument: receivedUpdateSpec }),
  SyncNotify: method(nothing, anything, { wrapping: 'error', encodeResult: emptyObject }),
  NotifyChange: method(change, anything, { wrapping: 'error', encodeResult: emptyObject }),
  JobStatus: method(text, jobStatus),
  SyncStatus: method(text, list(text), { hasNullResult: true }),
  GitRepoConfig: method(flag, gitConfig),
};

export const methodNames = Object.keys(methods) as readonly MethodName[];

export const isMethodName = (name: string): name is MethodName => Object.hasOwn(methods, name);

/** A daemon that has no version must not answer null: the client would take it for no answer. */
function encodeVersion(version: unknown): string {
  if (typeof version !== 'string') throw PayloadError.mismatch(version, 'string');
  return goJson(version);
}

function encodeExport(bytes: unknown): string {
  const read = exportBytes.read(bytes);
  return read.length === 0 ? 'null' : `"${toBase64(read)}"`;
}

/** JSON text of an argument. */
export function encodeArgument<M extends MethodName>(name: M, argument: MethodTypes[M]['argument']): string {
  const read: unknown = methods[name].argument.read(argument);
  return read === undefined ? '{}' : goJson(read);
}

/** JSON text of a result as daemons send it, from v7 on. */
export function encodeAnswer(name: MethodName, result: unknown, error?: ApplicationError): string {
  const { wrapping, encodeResult } = methods[name];
  if (wrapping === 'bare') return encodeResult(result);
  const application = error === undefined ? 'null' : goJson(applicationError.read(error));
  if (wrapping === 'error') return `{"ApplicationError":${application}}`;
  return `{"Result":${encodeResult(result)},"ApplicationError":${application}}`;
}

/** What a daemon answered. */
export interface Answer<R> {
  result: R;
  error: ApplicationError | undefined;
}

/**
 * Reads a result of a v6 daemon: the value itself.
 *
 * @throws PayloadError where it is of another version.
 */
export function readBareResult<M extends MethodName>(name: M, value: unknown): Answer<MethodTypes[M]['result']> {
  const { result, wrapping } = methods[name];
  if (isObject(value) && wrapping === 'union' && Object.hasOwn(value, 'ApplicationError')) {
    throw PayloadError.mismatch(value, result.goType);
  }
  return { result: result.read(value), error: undefined };
}

/**
 * Reads a result of v7 and later: the value beside an application error.
 *
 * @throws PayloadError where it is of another version: Go would take some of those for an empty result.
 */
export function readUnionResult<M extends MethodName>(name: M, value: unknown): Answer<MethodTypes[M]['result']> {
  const { result, wrapping } = methods[name];
  if (wrapping === 'bare') return { result: result.read(value), error: undefined };
  const goType = `rpc.${name}Response`;
  if (!isObject(value)) throw PayloadError.mismatch(value, goType);
  let application: unknown;
  let given: unknown;
  let isUnion = wrapping === 'error';
  let hasError = false;
  let strangers = 0;
  for (const key in value) {
    const folded = key.toLowerCase();
    if (folded === 'applicationerror') {
      application = value[key];
      hasError = true;
    } else if (folded === 'result' && wrapping === 'union') given = value[key];
    else strangers++;
    isUnion ||= folded === 'applicationerror' || folded === 'result';
  }
  // A job's status has a member `Result` of its own.
  if (!isUnion || (wrapping === 'union' && !hasError && strangers > 0)) throw PayloadError.mismatch(value, goType);
  const error = application === undefined || application === null ? undefined : readError(goType, application);
  return { result: result.read(given), error };
}

function readError(goType: string, application: unknown): ApplicationError {
  try {
    return applicationError.read(application);
  } catch (error) {
    if (error instanceof PayloadError) error.within(goType.slice('rpc.'.length), 'ApplicationError');
    throw error;
  }
}

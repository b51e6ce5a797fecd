import type { Change } from '../wire/change.js';
import type { ControllerStatus, ListServicesOptions } from '../wire/controllers.js';
import type { GitConfig } from '../wire/git-config.js';
import type { ImageStatus, ListImagesOptions } from '../wire/images.js';
import type { JobStatus } from '../wire/job-status.js';
import type { MethodName } from '../wire/methods.js';
import type { UpdateSpec } from '../wire/update-spec.js';

/** What a handler knows of the call that it answers. */
export interface CallContext {
  readonly method: MethodName;
  /**
   * Aborted when the call's time is over (reason: `context deadline exceeded`) and when the connection ends. What a
   * handler answers after that is still sent where there is a connection, unless the server has `enforceTimeout`.
   */
  readonly signal: AbortSignal;
}

/** What a handler may leave out: absent members become their zero value on the wire. */
export type Loosely<T> = T extends readonly (infer Item)[]
  ? readonly Loosely<Item>[]
  : T extends object
    ? { readonly [K in keyof T]?: Loosely<T[K]> | null | undefined }
    : T;

type Answer<T> = T | Promise<T>;

/**
 * A daemon: what it answers to each method. A method that it lacks is answered with
 * `rpc: can't find method RPCServer.<Method>`, as by a daemon of another age; only `ping` is always answered.
 *
 * Throw {@link fluxError} for an error that tells its caller what to do; of any other error the message is sent.
 */
export interface DaemonHandler {
  ping?(context: CallContext): Answer<void>;
  version?(context: CallContext): Answer<string>;
  /** The cluster's resources as one YAML file. */
  export?(context: CallContext): Answer<Uint8Array>;
  /** The workloads of a namespace; of all with `''`. */
  listServices?(namespace: string, context: CallContext): Answer<Loosely<ControllerStatus[]> | null>;
  listServicesWithOptions?(
    query: ListServicesOptions,
    context: CallContext,
  ): Answer<Loosely<ControllerStatus[]> | null>;
  /** The images of one workload, or of all with `<all>`. */
  listImages?(spec: string, context: CallContext): Answer<Loosely<ImageStatus[]> | null>;
  listImagesWithOptions?(query: ListImagesOptions, context: CallContext): Answer<Loosely<ImageStatus[]> | null>;
  /** Starts a job, and answers its id. */
  updateManifests?(update: UpdateSpec, context: CallContext): Answer<string>;
  /** Daemons since 1.2 do not have it. */
  syncNotify?(context: CallContext): Answer<void>;
  notifyChange?(change: Change, context: CallContext): Answer<void>;
  jobStatus?(job: string, context: CallContext): Answer<Loosely<JobStatus>>;
  /** The commits between what is applied and a git reference. */
  syncStatus?(ref: string, context: CallContext): Answer<readonly string[] | null>;
  /** The repository and the public key; `regenerate` asks for a new key. */
  gitRepoConfig?(regenerate: boolean, context: CallContext): Answer<Loosely<GitConfig>>;
}

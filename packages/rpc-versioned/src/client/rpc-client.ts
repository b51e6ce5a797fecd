import { type Clock, systemClock } from '@moorline/core';
import { receivedApplicationError, remoteApplicationError, upgradeNeededError } from '../wire/application-error.js';
import type { ByteStream } from '../wire/byte-stream.js';
import type { Change } from '../wire/change.js';
import type { ControllerStatus, ListServicesOptions } from '../wire/controllers.js';
import type { GitConfig } from '../wire/git-config.js';
import type { ImageStatus, ListImagesOptions } from '../wire/images.js';
import type { JobStatus } from '../wire/job-status.js';
import type { MethodName, MethodTypes } from '../wire/methods.js';
import { allResources, normalizedId, parseResourceId } from '../wire/resource-id.js';
import { isRpcError, RpcError } from '../wire/rpc-error.js';
import type { UpdateSpec } from '../wire/update-spec.js';
import { type CallOptions, checkClientOptions, checkNumber, type ClientOptions } from './client-options.js';
import { type CallLimits, Connection, type ConnectionCounters } from './connection.js';
import { defaultKinds, KindGate, oldKinds } from './kind-gate.js';
import { withFields } from './image-fields.js';
import { rolledOut } from './rollout-status.js';

/** Versions of the protocol, as they stand in the path that a daemon dials: `/v11/daemon`. */
export const rpcVersions = [6, 7, 8, 9, 10, 11] as const;
export type RpcVersion = (typeof rpcVersions)[number];

/**
 * Calls a daemon over the stream that it has opened, in one version of the protocol. Each version has the methods of all:
 * what its daemons lack is put together from other calls, or refused before anything is sent.
 *
 * A call that fails with {@link isFatalError} was the last one: close the client, and wait for the daemon to dial in
 * again. Every other error leaves the connection as it was.
 */
export abstract class RPCClient {
  /** The version that the daemon has dialled for. */
  readonly protocolVersion: RpcVersion;
  readonly #connection: Connection;
  readonly #gate: KindGate;
  readonly #clock: Clock;
  #lacksListServicesWithOptions: boolean;

  protected constructor(version: RpcVersion, stream: ByteStream, options: ClientOptions) {
    checkClientOptions(options);
    const { supportedKinds = defaultKinds, lenientNullResult = true, clock = systemClock } = options;
    this.protocolVersion = version;
    this.#clock = clock;
    const isOld = version < 8;
    this.#gate = new KindGate(isOld ? oldKinds : supportedKinds, isOld);
    this.#lacksListServicesWithOptions = version < 11;
    this.#connection = new Connection(stream, { ...options, isUnion: version > 6, lenientNullResult, clock });
  }

  /**
   * Settles with the reason once no call can be made any more; never rejects. The stream is not closed by that: close
   * the client.
   */
  get ended(): Promise<RpcError> {
    return this.#connection.ended;
  }

  get counters(): ConnectionCounters {
    return this.#connection.counters;
  }

  /** Rejects what is in flight with `connection_closed`, and closes the stream; idempotent. */
  close(): void {
    this.#connection.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.close();
    return Promise.resolve();
  }

  /** Whether the daemon is there. */
  async ping(options?: CallOptions): Promise<void> {
    await this.#send('Ping', undefined, this.#limits(options));
  }

  /** The daemon's version; `unknown` where it has no such method. */
  async version(options?: CallOptions): Promise<string> {
    return this.#send('Version', undefined, this.#limits(options));
  }

  /** The cluster's resources as one YAML file. */
  async export(options?: CallOptions): Promise<Uint8Array> {
    return this.#send('Export', undefined, this.#limits(options));
  }

  /** The workloads of a namespace; of all with `''`. */
  async listServices(namespace: string, options?: CallOptions): Promise<ControllerStatus[] | null> {
    return this.#listServices(namespace, this.#limits(options));
  }

  /** The workloads of a namespace, or those with the given ids; before v11 picked from those of `ListServices`. */
  async listServicesWithOptions(
    query: Partial<ListServicesOptions>,
    options?: CallOptions,
  ): Promise<ControllerStatus[] | null> {
    const limits = this.#limits(options);
    const whole = { Namespace: query.Namespace ?? '', Services: query.Services ?? null };
    if (this.protocolVersion === 11) {
      this.#gate.checkIds(whole.Services ?? []);
      if (!this.#lacksListServicesWithOptions) {
        try {
          return rolledOut(await this.#send('ListServicesWithOptions', whole, limits));
        } catch (error) {
          // No Flux daemon has ever had this method, although it dials in for v11.
          if (!isMissing(error, 'ListServicesWithOptions')) throw error;
          this.#lacksListServicesWithOptions = true;
        }
      }
    }
    return this.#pickServices(whole, limits);
  }

  /** The images of one workload, or of all with `<all>`. */
  async listImages(spec: string, options?: CallOptions): Promise<ImageStatus[] | null> {
    const limits = this.#limits(options);
    this.#gate.checkSpec(spec);
    return this.#send('ListImages', spec, limits);
  }

  /** The same with the wanted members alone; before v10 computed from `ListImages` and `ListServices`. */
  async listImagesWithOptions(
    query: Partial<ListImagesOptions> & Pick<ListImagesOptions, 'Spec'>,
    options?: CallOptions,
  ): Promise<ImageStatus[] | null> {
    const limits = this.#limits(options);
    this.#gate.checkSpec(query.Spec);
    if (this.protocolVersion < 10) return this.#computeImages(query.Spec, query.OverrideContainerFields ?? [], limits);
    const { Spec, OverrideContainerFields = null, Namespace = '' } = query;
    return this.#send('ListImagesWithOptions', { Spec, OverrideContainerFields, Namespace }, limits);
  }

  /**
   * Asks for a change of the manifests.
   *
   * @returns the job's id, for {@link RPCClient.jobStatus}.
   */
  async updateManifests(update: UpdateSpec, options?: CallOptions): Promise<string> {
    const limits = this.#limits(options);
    this.#gate.checkUpdate(update);
    return this.#send('UpdateManifests', update, limits);
  }

  /** Asks the daemon to look at its repository. Daemons since 1.2 lack it: use {@link RPCClient.notifyChange}. */
  async syncNotify(options?: CallOptions): Promise<void> {
    await this.#send('SyncNotify', undefined, this.#limits(options));
  }

  /** Tells the daemon of a push; refused before v9. */
  async notifyChange(change: Change, options?: CallOptions): Promise<void> {
    const limits = this.#limits(options);
    if (this.protocolVersion < 9) throw upgradeNeededError('NotifyChange method not implemented');
    await this.#send('NotifyChange', change, limits);
  }

  /** How far a job of {@link RPCClient.updateManifests} is. */
  async jobStatus(job: string, options?: CallOptions): Promise<JobStatus> {
    return this.#send('JobStatus', job, this.#limits(options));
  }

  /** The commits between what is applied and a git reference. */
  async syncStatus(ref: string, options?: CallOptions): Promise<string[] | null> {
    return this.#send('SyncStatus', ref, this.#limits(options));
  }

  /** The repository that the daemon follows, and its public key; `regenerate` makes a new key. */
  async gitRepoConfig(regenerate: boolean, options?: CallOptions): Promise<GitConfig> {
    return this.#send('GitRepoConfig', regenerate, this.#limits(options));
  }

  async #listServices(namespace: string, limits: CallLimits): Promise<ControllerStatus[] | null> {
    return rolledOut(await this.#send('ListServices', namespace, limits));
  }

  async #pickServices(query: ListServicesOptions, limits: CallLimits): Promise<ControllerStatus[] | null> {
    const { Namespace, Services } = query;
    if (Services === null || Services.length === 0) return this.#listServices(Namespace, limits);
    if (Namespace !== '') {
      throw new RpcError("cannot filter by 'namespace' and 'services' at the same time", {
        code: 'conflicting_options',
        hint: 'give one of the two',
      });
    }
    this.#gate.checkIds(Services);
    const wanted = new Set(Services.map(normalizedId));
    const controllers = await this.#listServices('', limits);
    const picked = (controllers ?? []).filter(({ ID }) => wanted.has(ID));
    return picked.length === 0 ? null : picked;
  }

  async #computeImages(spec: string, fields: readonly string[], limits: CallLimits): Promise<ImageStatus[] | null> {
    const images = await this.#send('ListImages', spec, limits);
    const namespace = spec === allResources ? '' : parseResourceId(spec)?.namespace;
    if (namespace === undefined) {
      throw new RpcError(`parsing ${spec}: invalid service ID`, {
        code: 'invalid_resource_id',
        hint: 'write namespace:kind/name, or <all>',
        partialResult: images,
      });
    }
    const controllers = await this.#listServices(namespace, limits).catch((error: unknown) => {
      throw withPartialResult(error, images);
    });
    return images === null ? null : withFields(images, controllers ?? [], fields);
  }

  #limits({ signal, timeoutMs }: CallOptions = {}): CallLimits {
    if (timeoutMs === undefined || timeoutMs === 0) return { signal };
    checkNumber('timeoutMs', timeoutMs, 0);
    return { signal, deadline: { at: this.#clock.monotonic() + timeoutMs, timeoutMs } };
  }

  async #send<M extends MethodName>(
    name: M,
    argument: MethodTypes[M]['argument'],
    limits: CallLimits,
  ): Promise<MethodTypes[M]['result']> {
    try {
      const { result, error } = await this.#connection.call(name, argument, limits);
      if (error !== undefined) throw receivedApplicationError(error, result);
      return result;
    } catch (error) {
      if (!isRpcError(error) || error.code !== 'remote') throw error;
      if (name === 'Version' && isMissing(error, name)) return 'unknown' as MethodTypes[M]['result'];
      if (this.protocolVersion > 6 || name === 'Ping' || name === 'Version') throw error;
      throw remoteApplicationError(error.message);
    }
  }
}

/** Whether the daemon says that it has no such method: it is older than its path, or younger. */
function isMissing(error: unknown, name: MethodName): boolean {
  return isRpcError(error) && error.code === 'remote' && error.message === `rpc: can't find method RPCServer.${name}`;
}

/** The same error with what there was before it. */
function withPartialResult(error: unknown, partialResult: unknown): unknown {
  if (!isRpcError(error)) return error;
  const { code, application, isFatal, isRetryable, hint, details } = error;
  return new RpcError(error.message, {
    code,
    application,
    isFatal,
    isRetryable,
    hint,
    details,
    cause: error.cause,
    partialResult,
  });
}

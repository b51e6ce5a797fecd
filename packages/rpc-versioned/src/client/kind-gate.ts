import { parseResourceId } from '../wire/resource-id.js';
import { unsupportedResourceKindError, upgradeNeededError } from '../wire/application-error.js';
import { RpcError } from '../wire/rpc-error.js';
import type { UpdateSpec } from '../wire/update-spec.js';

/** Kinds that v6 and v7 handle. */
export const oldKinds: readonly string[] = ['service'];

/**
 * Kinds that v8 and later handle unless `supportedKinds` says otherwise: those of all daemons since 1.1, of which Flux
 * 1.25.4 knows all but `fluxhelmrelease`.
 */
export const defaultKinds: readonly string[] = [
  'deployment',
  'daemonset',
  'statefulset',
  'cronjob',
  'helmrelease',
  'fluxhelmrelease',
];

/** Exactly the kinds of Flux 1.25.4, for v8 and later. */
export const kindsOfFlux1_25: readonly string[] = ['deployment', 'daemonset', 'statefulset', 'cronjob', 'helmrelease'];

/** What a client refuses before anything is sent, since no daemon of its version handles it (docs/protocol.md, Kind gates). */
export class KindGate {
  readonly #kinds: readonly string[];
  readonly #isOld: boolean;

  /** @param isOld whether daemons behind the gate need an upgrade to handle what it refuses. */
  constructor(kinds: readonly string[], isOld: boolean) {
    this.#kinds = kinds;
    this.#isOld = isOld;
  }

  /** Refuses a resource spec of another kind. What is no resource id passes: `<all>`, `''`, nonsense. */
  checkSpec(spec: string): void {
    const kind = parseResourceId(spec)?.kind;
    if (kind !== undefined && !this.#kinds.includes(kind)) throw this.#refusal(kind);
  }

  /** Refuses an update that names a resource of another kind. Of `auto`, `sync` and `containers` nothing is looked at. */
  checkUpdate(update: UpdateSpec): void {
    if (update.type === 'policy') for (const id of Object.keys(update.spec ?? {})) this.#checkId(id);
    if (update.type !== 'image') return;
    for (const spec of update.spec.ServiceSpecs ?? []) this.checkSpec(spec);
    for (const id of update.spec.Excludes ?? []) this.#checkId(id);
  }

  /** Refuses a list of ids with one of another kind; in every version as an unsupported kind. */
  checkIds(ids: readonly string[]): void {
    for (const id of ids) {
      const kind = kindOf(id);
      if (!this.#kinds.includes(kind)) throw this.#unsupported(kind);
    }
  }

  #checkId(id: string): void {
    const kind = kindOf(id);
    if (!this.#kinds.includes(kind)) throw this.#refusal(kind);
  }

  #refusal(kind: string): RpcError {
    return this.#isOld ? upgradeNeededError(refusalText(kind)) : this.#unsupported(kind);
  }

  #unsupported(kind: string): RpcError {
    return unsupportedResourceKindError(refusalText(kind), this.#kinds);
  }
}

const refusalText = (kind: string): string => `Unsupported resource kind: ${kind}`;

function kindOf(id: string): string {
  const parsed = parseResourceId(id);
  if (parsed !== undefined) return parsed.kind;
  throw new RpcError(`parsing ${id}: invalid service ID`, {
    code: 'invalid_resource_id',
    hint: 'write namespace:kind/name',
  });
}

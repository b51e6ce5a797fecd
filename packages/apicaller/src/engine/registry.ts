import { ApicallerError } from '../error.js';
import { type Installed, installed } from './installed.js';
import type { Manifold } from './manifold.js';
import type { InputSnapshot } from './start-context.js';
import { checkManifold, refuseCycle, refuseUnknownInputs, type ValidateOptions } from './validate.js';

/** The manifolds of one engine and who depends on whom (docs/engine.md §3). */
export class Registry {
  readonly #byName = new Map<string, Installed>();
  /** By the name of an input, installed or not: who declared it. Outlives the input, which may be installed again. */
  readonly #dependents = new Map<string, Set<string>>();

  /** @throws ApicallerError as `Installer.install` says; nothing has changed then. */
  add(name: string, manifold: Manifold, options: ValidateOptions): Installed {
    checkManifold(name, manifold);
    if (this.#byName.has(name)) {
      throw new ApicallerError(`"${name}" manifold already installed`, { code: 'already_installed' });
    }
    const node = installed(name, manifold);
    const inputsOf = (other: string) => (other === name ? node.inputs : this.inputsOf(other));
    if (options.unknownInputs === 'refuse') refuseUnknownInputs(name, inputsOf);
    refuseCycle(name, inputsOf);
    this.#byName.set(name, node);
    for (const input of node.inputs) {
      const dependents = this.#dependents.get(input);
      if (dependents === undefined) this.#dependents.set(input, new Set([name]));
      else dependents.add(name);
    }
    return node;
  }

  /** Others' need of the name stays: whoever is installed under it later starts them. */
  remove(node: Installed): void {
    this.#byName.delete(node.name);
    for (const input of node.inputs) {
      const dependents = this.#dependents.get(input);
      dependents?.delete(node.name);
      if (dependents?.size === 0) this.#dependents.delete(input);
    }
  }

  /** In order of installation. */
  all(): readonly Installed[] {
    return [...this.#byName.values()];
  }

  /** Whether all are so. Asked after every event, hence without a copy. */
  every(isSo: (node: Installed) => boolean): boolean {
    for (const node of this.#byName.values()) {
      if (!isSo(node)) return false;
    }
    return true;
  }

  /** Undefined for a name that is not installed. */
  inputsOf(name: string): readonly string[] | undefined {
    return this.#byName.get(name)?.inputs;
  }

  dependentsOf(name: string): readonly Installed[] {
    return [...(this.#dependents.get(name) ?? [])].flatMap((dependent) => this.#byName.get(dependent) ?? []);
  }

  /** What a start of `node` may get from, as it is now. */
  snapshot(node: Installed): ReadonlyMap<string, InputSnapshot | undefined> {
    return new Map(node.inputs.map((input) => [input, this.#running(input)]));
  }

  #running(name: string): InputSnapshot | undefined {
    const node = this.#byName.get(name);
    return node?.worker === undefined ? undefined : { worker: node.worker, manifold: node.manifold };
  }
}

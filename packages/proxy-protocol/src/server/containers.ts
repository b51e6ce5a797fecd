import { ProxyError } from '../wire/proxy-error.js';
import type { ContainerInfo } from './hooks.js';
import type { Vm } from './vm.js';

/** The containers that a proxy knows, for both generations, and the VMs that live on although their id is free. */
export class Containers {
  readonly #byId = new Map<string, Vm>();
  readonly #living = new Set<Vm>();
  readonly #maxContainers: number;

  constructor(maxContainers: number) {
    this.#maxContainers = maxContainers;
  }

  list(): ContainerInfo[] {
    return [...this.#byId.values()].map(({ info }) => info);
  }

  /**
   * Makes an id known, from before its VM is connected to.
   *
   * @throws ProxyError `already_registered` or `limit_reached`.
   */
  add(vm: Vm): void {
    const { containerId } = vm.address;
    if (this.#byId.has(containerId)) {
      throw new ProxyError(`${containerId}: container already registered`, {
        code: 'already_registered',
        details: { containerId },
      });
    }
    if (this.#byId.size >= this.#maxContainers || this.#living.size >= this.#maxContainers) {
      throw new ProxyError(`${containerId}: ${this.#maxContainers} containers are registered already`, {
        code: 'limit_reached',
        hint: 'raise limits.maxContainers',
        details: { maxContainers: this.#maxContainers },
      });
    }
    this.#byId.set(containerId, vm);
    this.#living.add(vm);
  }

  /** @throws ProxyError `unknown_container`. */
  find(containerId: string): Vm {
    const vm = this.#byId.get(containerId);
    if (vm !== undefined) return vm;
    throw new ProxyError(`unknown containerID: ${containerId}`, {
      code: 'unknown_container',
      details: { containerId },
    });
  }

  /**
   * Frees an id. The VM's sockets and streams live on until the VM ends.
   *
   * @throws ProxyError `unknown_container`.
   */
  remove(containerId: string): Vm {
    const vm = this.find(containerId);
    this.#byId.delete(containerId);
    vm.gone('bye');
    // Tokens of a VM that is lost have lived for nothing but the answers that the originals give.
    if (vm.isLost) vm.endSessions();
    return vm;
  }

  /** Registering failed: neither the id nor the VM is there. */
  undo(vm: Vm): void {
    this.#living.delete(vm);
    if (this.#byId.get(vm.address.containerId) === vm) this.#byId.delete(vm.address.containerId);
  }

  /** Both sockets of a VM are gone. Its id stays known until it is freed. */
  forget(vm: Vm): void {
    this.#living.delete(vm);
  }

  close(): void {
    for (const vm of [...this.#living]) {
      vm.gone('closed');
      vm.close();
    }
    this.#byId.clear();
  }
}

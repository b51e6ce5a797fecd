import type { IncomingRequest } from '../wire/message.js';
import { failure } from './failure.js';
import type { Facade, Method } from './facade.js';

/** What one may call on a connection as it is now. */
export interface Root {
  /** @throws RequestError where there is no such facade, version, object or method. */
  find(request: IncomingRequest): Method;
}

/** The facades of a server, by name and version. */
export class FacadeTable implements Root {
  readonly #facades = new Map<string, Map<number, Facade>>();

  constructor(facades: readonly Facade[]) {
    for (const facade of facades) this.#add(facade);
  }

  /** What a login's result lists: by name, versions ascending. */
  get listing(): { name: string; versions: number[] }[] {
    return [...this.#facades]
      .map(([name, versions]) => ({ name, versions: [...versions.keys()].sort((a, b) => a - b) }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  find({ facade: name, version, method, objectId }: IncomingRequest): Method {
    const facade = this.#facades.get(name)?.get(version);
    if (facade === undefined) throw unknownFacade(name, version);
    const found = facade.methods.get(method);
    if (found === undefined) throw unknownMethod(`${name}(${version}).${method}`);
    if (objectId !== '' && facade.objectIds === 'refused') throw idNotFound();
    return found;
  }

  #add(facade: Facade): void {
    const versions = this.#facades.get(facade.name) ?? new Map<number, Facade>();
    this.#facades.set(facade.name, versions);
    for (const version of facade.versions) {
      if (versions.has(version)) throw new TypeError(`facade ${facade.name} has two of version ${version}`);
      versions.set(version, facade);
    }
  }
}

/** The texts are those of Juju up to 3.6 (docs/protocol.md §1.5). */
export const unknownFacade = (name: string, version: number): Error =>
  version === 0
    ? failure(`unknown object type ${JSON.stringify(name)}`, 'not implemented')
    : failure(`unknown version (${version}) of interface ${JSON.stringify(name)}`, 'not implemented');

export const unknownMethod = (method: string): Error =>
  failure(`no such request - method ${method} is not implemented`, 'not implemented');

export const idNotFound = (): Error => failure('id not found', 'not found');

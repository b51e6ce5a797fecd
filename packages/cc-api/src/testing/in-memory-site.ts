import type { MachineState, SiteStore } from '../server/backend/administration.js';

/** The notice and the machines' documents in memory. */
export class InMemorySite implements SiteStore {
  #notice = '';
  readonly #states = new Map<string, MachineState>();

  async notice(): Promise<string> {
    return this.#notice;
  }

  async setNotice(text: string): Promise<void> {
    this.#notice = text;
  }

  async machineState(cluster: string, host: string): Promise<MachineState | undefined> {
    return this.#states.get(JSON.stringify([cluster, host]));
  }

  async setMachineState(cluster: string, host: string, state: MachineState): Promise<void> {
    this.#states.set(JSON.stringify([cluster, host]), state);
  }
}

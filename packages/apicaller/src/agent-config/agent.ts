import type { ApiInfo } from '../client/api-info.js';
import type { HostPort } from '../wire/host-port.js';

/** What an agent knows of itself and of its controllers; a copy that does not change. */
export interface AgentConfig {
  /** Who the agent is: `machine-0`. */
  readonly tag: string;
  /** `model-<uuid>`; undefined before it is known. */
  readonly modelTag: string | undefined;
  /** `controller-<uuid>`; undefined before it is known. */
  readonly controllerTag: string | undefined;
  /** The password before the current one; a secret. A new agent has only this one. */
  readonly oldPassword: string;
  /** What the machine was provisioned with. */
  readonly nonce: string;
  /** Certificate authority of the controllers, PEM; undefined trusts what the runtime trusts. */
  readonly caCert: string | undefined;
  /** Where the controllers are, `host:port` each. */
  readonly apiAddresses: readonly string[];
  /** Values of the agent's own. */
  readonly values: Readonly<Record<string, string>>;
  /**
   * What to connect with, its password the current one (empty in a new agent); undefined where no address is known.
   */
  apiInfo(): ApiInfo | undefined;
}

/** An {@link AgentConfig} while it is changed. */
export interface ConfigSetter extends AgentConfig {
  /** @param password the current one from now on; a secret. */
  setPassword(password: string): void;
  /** @param password the one to fall back on; a secret. */
  setOldPassword(password: string): void;
  /** @param servers the addresses of each controller. */
  setApiHostPorts(servers: readonly (readonly HostPort[])[]): void;
  /** Moves the agent to another model. */
  migrate(to: { modelTag: string }): void;
  /** @param value undefined takes it away. */
  setValue(key: string, value: string | undefined): void;
  /** @param caCert PEM. */
  setCaCert(caCert: string): void;
}

/** Where an agent's configuration is kept. */
export interface Agent {
  /** The configuration as it is now. */
  currentConfig(): AgentConfig;
  /**
   * Changes the configuration: kept when this resolves, and as it was where this rejects. Changes come one after the
   * other.
   *
   * @throws what `change` has thrown; ApicallerError `config_unwritable`.
   */
  changeConfig(change: (setter: ConfigSetter) => void): Promise<void>;
}

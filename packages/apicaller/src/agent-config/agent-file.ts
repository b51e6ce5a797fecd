import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ApicallerError } from '../error.js';
import { parseTag } from '../wire/tag.js';
import type { Agent, AgentConfig, ConfigSetter } from './agent.js';
import { ConfigDocument } from './config-document.js';
import { writeDurably } from './write-durably.js';

/** What a new agent starts with. */
export interface NewAgent {
  /** `machine-0`. */
  tag: string;
  /** The password that came with the machine; a secret. It is replaced at the first connection. */
  password: string;
  /** What the machine was provisioned with. */
  nonce: string;
  /** Where the controllers are, `host:port` each. */
  apiAddresses: readonly string[];
  /** Certificate authority of the controllers, PEM. */
  caCert?: string | undefined;
  /** `model-<uuid>`. */
  modelTag?: string | undefined;
  /** `controller-<uuid>`. */
  controllerTag?: string | undefined;
  /** What the agent is there for. Default `['JobHostUnits']` for a machine, none for others. */
  jobs?: readonly string[] | undefined;
  /** Values of the agent's own. */
  values?: Readonly<Record<string, string>> | undefined;
}

/** Options of {@link AgentFile.create}. */
export interface CreateOptions {
  /** Puts the new configuration in the place of one that is there; its passwords are gone then. Default false. */
  overwrite?: boolean | undefined;
}

/** An agent whose configuration is a file, of the form that Juju's agents have (docs/protocol.md §3.7). */
export class AgentFile implements Agent {
  /** Where the file is: `<dataDir>/agents/<tag>/agent.conf`. */
  readonly path: string;
  readonly #listeners = new Set<() => void>();
  #text: string;
  #config: AgentConfig;
  /** The change before; changes come one after the other. */
  #last: Promise<unknown> = Promise.resolve();

  private constructor(path: string, text: string) {
    this.path = path;
    this.#text = text;
    this.#config = new ConfigDocument(text, path).read();
  }

  /**
   * Opens the configuration of an agent.
   *
   * @param dataDir the folder of all agents of this machine.
   * @throws ApicallerError `invalid_tag`, `config_invalid`; the file system's own error where there is no file.
   */
  static async open(dataDir: string, tag: string): Promise<AgentFile> {
    const path = pathOf(dataDir, tag);
    return new AgentFile(path, await readFile(path, 'utf8'));
  }

  /**
   * Writes the configuration of a new agent: without a current password, so that its first connection replaces the one
   * given here.
   *
   * @param dataDir the folder of all agents of this machine; made where it is missing.
   * @throws ApicallerError `invalid_tag`, `config_invalid`, `config_unwritable`; `config_exists` where there is one,
   * unless told to overwrite it.
   */
  static async create(dataDir: string, agent: NewAgent, options: CreateOptions = {}): Promise<AgentFile> {
    const path = pathOf(dataDir, agent.tag);
    const created = new AgentFile(path, textOf(dataDir, path, agent));
    if (options.overwrite !== true && existsSync(path)) throw exists(path);
    await created.#write(created.#text);
    return created;
  }

  currentConfig(): AgentConfig {
    return this.#config;
  }

  changeConfig(change: (setter: ConfigSetter) => void): Promise<void> {
    const done = this.#last.then(() => this.#change(change));
    this.#last = done.catch(() => undefined);
    return done;
  }

  /** Tells `listener` after each change, until the returned function is called. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async #change(change: (setter: ConfigSetter) => void): Promise<void> {
    const document = new ConfigDocument(this.#text, this.path);
    change(document.setter());
    const config = document.read();
    const text = document.toText();
    await this.#write(text);
    this.#text = text;
    this.#config = config;
    for (const listener of [...this.#listeners]) listener();
  }

  async #write(text: string): Promise<void> {
    try {
      await mkdir(dirname(this.path), { recursive: true, mode: 0o755 });
      await writeDurably(this.path, text);
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new ApicallerError(`cannot write agent configuration: ${why}`, {
        code: 'config_unwritable',
        hint: 'the file is as it was; look at the folder, its owner and its disk',
        isRetryable: true,
        cause,
      });
    }
  }
}

function exists(path: string): ApicallerError {
  return new ApicallerError(`${JSON.stringify(path)} is there already`, {
    code: 'config_exists',
    hint: 'open it; to begin anew, create with overwrite: true',
    details: { path },
  });
}

/** A tag is all letters, digits, dots, pluses, signs of `@` and dashes: no path can come of it. */
function pathOf(dataDir: string, tag: string): string {
  parseTag(tag);
  return join(dataDir, 'agents', tag, 'agent.conf');
}

function textOf(dataDir: string, path: string, agent: NewAgent): string {
  const document = new ConfigDocument(`# format 2.0\ntag: ${agent.tag}\n`, path);
  document.fill({
    datadir: dataDir,
    nonce: agent.nonce,
    jobs: agent.jobs ?? (agent.tag.startsWith('machine-') ? ['JobHostUnits'] : undefined),
    cacert: agent.caCert,
    controller: agent.controllerTag,
    model: agent.modelTag,
    apiaddresses: agent.apiAddresses,
    oldpassword: agent.password,
    values: agent.values ?? {},
  });
  return document.toText();
}

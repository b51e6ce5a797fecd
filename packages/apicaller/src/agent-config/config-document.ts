import { type Document, parseDocument } from 'yaml';
import type { ApiInfo } from '../client/api-info.js';
import { ApicallerError } from '../error.js';
import { formatHostPort, type HostPort } from '../wire/host-port.js';
import { isObject } from '../wire/is-object.js';
import { isTag } from '../wire/tag.js';
import type { AgentConfig, ConfigSetter } from './agent.js';

/** The first line of every file of this format (docs/protocol.md §3.7). */
const formatLine = '# format 2.0';

/**
 * The text of an agent's configuration, taken apart: keys that are not ours stay as they are, with their comments.
 *
 * @param path for messages.
 */
export class ConfigDocument {
  readonly #document: Document;
  readonly #path: string;

  /** @throws ApicallerError `config_invalid`. */
  constructor(text: string, path: string) {
    this.#path = path;
    const [first = '', ...rest] = text.split('\n');
    if (first.trimEnd() !== formatLine) throw this.#invalid(`its first line is not "${formatLine}"`);
    // A message of the parser's shows the line that is wrong, and that may be a password's.
    this.#document = parseDocument(rest.join('\n'), { prettyErrors: false, schema: 'core' });
    const [error] = this.#document.errors;
    if (error !== undefined) throw this.#invalid(`it is no YAML (${error.code})`);
    if (!isObject(this.#document.toJS())) throw this.#invalid('it is no map');
  }

  /** Sets keys, in this order; those that are undefined are left alone. */
  fill(members: Readonly<Record<string, unknown>>): void {
    for (const [key, value] of Object.entries(members)) {
      if (value !== undefined) this.#document.set(key, this.#document.createNode(value));
    }
  }

  toText(): string {
    return `${formatLine}\n${this.#document.toString({ lineWidth: 0 })}`;
  }

  /** @throws ApicallerError `config_invalid`. */
  read(): AgentConfig {
    const tag = this.#text('tag');
    if (!isTag(tag)) throw this.#invalid('"tag" is no tag');
    const password = this.#text('apipassword');
    const caCert = this.#text('cacert') || undefined;
    const modelTag = this.#tag('model');
    const nonce = this.#text('nonce');
    const apiAddresses = this.#list('apiaddresses');
    const apiInfo = (): ApiInfo | undefined =>
      apiAddresses.length === 0
        ? undefined
        : {
            addrs: apiAddresses,
            ...{ tag, password, nonce },
            ...(caCert === undefined ? {} : { caCert }),
            ...(modelTag === undefined ? {} : { modelTag }),
          };
    const config = {
      ...{ tag, modelTag, nonce, caCert, apiAddresses, apiInfo },
      controllerTag: this.#tag('controller'),
      values: this.#values(),
    };
    // Not enumerable: whoever logs a configuration does not log its password.
    return Object.defineProperty(config, 'oldPassword', {
      value: this.#text('oldpassword'),
    }) as AgentConfig;
  }

  /** The members of {@link AgentConfig} as they are at each moment, and the functions that change them. */
  setter(): ConfigSetter {
    const read = (): AgentConfig => this.read();
    const set = (key: string, value: unknown): void => this.fill({ [key]: value });
    return {
      get tag() {
        return read().tag;
      },
      get modelTag() {
        return read().modelTag;
      },
      get controllerTag() {
        return read().controllerTag;
      },
      get oldPassword() {
        return read().oldPassword;
      },
      get nonce() {
        return read().nonce;
      },
      get caCert() {
        return read().caCert;
      },
      get apiAddresses() {
        return read().apiAddresses;
      },
      get values() {
        return read().values;
      },
      apiInfo: () => read().apiInfo(),
      setPassword: (password) => set('apipassword', password),
      setOldPassword: (password) => set('oldpassword', password),
      setApiHostPorts: (servers) => set('apiaddresses', dialable(servers)),
      migrate: ({ modelTag }) => set('model', modelTag),
      setCaCert: (caCert) => set('cacert', caCert),
      setValue: (key, value) => {
        if (value === undefined) this.#document.deleteIn(['values', key]);
        else this.#document.setIn(['values', key], value);
      },
    };
  }

  #text(key: string): string {
    const value: unknown = this.#document.get(key) ?? '';
    if (typeof value !== 'string') throw this.#invalid(`"${key}" is no text`);
    return value;
  }

  #tag(key: 'model' | 'controller'): string | undefined {
    const tag = this.#text(key);
    if (tag !== '' && !isTag(tag, key)) throw this.#invalid(`"${key}" is no tag of a ${key}`);
    return tag || undefined;
  }

  #list(key: string): readonly string[] {
    const { [key]: value = [] } = this.#document.toJS() as Record<string, unknown>;
    const list: readonly unknown[] = Array.isArray(value) ? value : [undefined];
    return list.map((entry) => {
      if (typeof entry === 'string') return entry;
      throw this.#invalid(`"${key}" is no list of texts`);
    });
  }

  #values(): Readonly<Record<string, string>> {
    const { values } = this.#document.toJS() as Record<string, unknown>;
    if (values === undefined || values === null) return {};
    if (!isObject(values)) throw this.#invalid('"values" is no map');
    return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, String(value)]));
  }

  #invalid(why: string): ApicallerError {
    return new ApicallerError(`cannot read agent config ${JSON.stringify(this.#path)}: ${why}`, {
      code: 'config_invalid',
      hint: 'mend the file, or put a copy of an older one in its place',
      details: { path: this.#path },
    });
  }
}

/** The addresses of all controllers that another machine can dial; where there are none, all. */
function dialable(servers: readonly (readonly HostPort[])[]): string[] {
  const all = servers.flat();
  const far = all.filter(({ scope }) => scope !== 'local-machine' && scope !== 'link-local');
  return [...new Set((far.length > 0 ? far : all).map(formatHostPort))];
}

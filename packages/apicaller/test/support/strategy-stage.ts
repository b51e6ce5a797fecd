import {
  type Agent,
  type AgentConfig,
  type ApiInfo,
  type ConfigSetter,
  type Connection,
  type OpenFunc,
  RequestError,
} from '@moorline/apicaller';

/** What one attempt to open comes to: a connection, or this error. */
export type Attempt = 'ok' | Error;

/** What the parts around a strategy do. */
export interface StageOptions {
  /** The current password; default `new`. */
  password?: string;
  /** What each attempt comes to, in order; the last one repeats. Default `['ok']`. */
  attempts?: readonly Attempt[];
  /** The answer to `GetEntities`. Default: alive. */
  life?: string | Error;
  /** What `SetPasswords` fails with: of the call, or of its one entry. */
  setPassword?: Error;
  changeConfig?: Error;
  close?: Error;
  /** Whether the configuration knows its model. Default true. */
  hasModel?: boolean;
  /** The model of the connection; undefined for none. Default one. */
  connectionModel?: string | undefined;
  migrate?: Error;
  hasInfo?: boolean;
}

/** Everything that a strategy touches, made of nothing, and a log of what it did. */
export interface Stage {
  agent: Agent;
  open: OpenFunc;
  connection: Connection;
  /** What was called, in order: `open new`, `Life`, `ChangeConfig`, `SetPassword …`. */
  log: string[];
  /** Passwords that have been set, by whom. */
  passwords: { local: string[]; old: string[]; remote: string[] };
  info: ApiInfo;
}

export const unauthorized = new RequestError({
  message: 'invalid entity name or password',
  code: 'unauthorized access',
});
export const notProvisioned = new RequestError({ message: 'machine 0 not provisioned', code: 'not provisioned' });
export const plain = (message: string): RequestError => new RequestError({ message, code: '' });

export const model = 'model-9f5b1c2e-0000-4000-8000-00000000000a';

export function stage(options: StageOptions = {}): Stage {
  const log: string[] = [];
  const passwords: Stage['passwords'] = { local: [], old: [], remote: [] };
  const { password = 'new', attempts = ['ok'], life = 'alive', hasModel = true, hasInfo = true } = options;
  const info: ApiInfo = { addrs: ['10.0.0.7:17070'], tag: 'machine-0', password, nonce: 'n', modelTag: model };
  const config: AgentConfig = {
    ...{ tag: 'machine-0', modelTag: hasModel ? model : undefined, controllerTag: undefined, oldPassword: 'old' },
    ...{ nonce: 'n', caCert: undefined, apiAddresses: info.addrs, values: {} },
    apiInfo: () => (hasInfo ? info : undefined),
  };
  const setter: ConfigSetter = {
    ...config,
    setPassword: (value) => {
      log.push('SetPassword local');
      passwords.local.push(value);
    },
    setOldPassword: (value) => {
      log.push('SetOldPassword');
      passwords.old.push(value);
    },
    migrate: ({ modelTag }) => {
      log.push(`Migrate ${modelTag}`);
      if (options.migrate !== undefined) throw options.migrate;
    },
    setApiHostPorts: () => undefined,
    setCaCert: () => undefined,
    setValue: () => undefined,
  };
  const agent: Agent = {
    currentConfig: () => config,
    changeConfig: async (change) => {
      log.push('ChangeConfig');
      if (options.changeConfig !== undefined) throw options.changeConfig;
      change(setter);
    },
  };
  const connection = fakeConnection(
    async (method, params) => {
      if (method === 'GetEntities') {
        log.push('Life');
        if (life instanceof Error) throw life;
        return { entities: [{ life }] };
      }
      const [change] = (params as { changes: { tag: string; password: string }[] }).changes;
      log.push(`SetPassword remote ${change?.tag}`);
      passwords.remote.push(change?.password ?? '');
      if (options.setPassword !== undefined) throw options.setPassword;
      return { results: [{}] };
    },
    'connectionModel' in options ? options.connectionModel : model,
  );
  connection.close = async () => {
    log.push('Close');
    if (options.close !== undefined) throw options.close;
  };
  let opened = 0;
  const open: OpenFunc = async (given) => {
    log.push(`open ${given.password}`);
    const attempt = attempts[Math.min(opened++, attempts.length - 1)];
    if (attempt instanceof Error) throw attempt;
    return connection;
  };
  return { agent, open, connection, log, passwords, info };
}

/** A connection made of nothing: each call goes to `answer`. */
export function fakeConnection(
  answer: (method: string, params: unknown) => Promise<unknown>,
  modelTag: string | undefined,
): Connection & { breakWith(): void } {
  let settle: () => void = () => undefined;
  const broken = new Promise<undefined>((resolve) => (settle = () => resolve(undefined)));
  return {
    ...{ modelTag, controllerTag: undefined, addr: 'wss://10.0.0.7:17070', apiHostPorts: [], inFlight: 0 },
    ...{ publicDnsName: undefined, serverVersion: '3.6.11', userInfo: undefined, broken },
    breakWith: () => settle(),
    apiCall: (_facade, _version, _id, method, params) => answer(method, params),
    bestFacadeVersion: () => 3,
    isBroken: async () => false,
    ping: async () => undefined,
    close: async () => settle(),
    [Symbol.asyncDispose]: async () => undefined,
  };
}

import type { LoginVersion } from '../wire/login.js';
import { loginAnswer } from '../wire/login-answer.js';
import { readLoginRequest } from '../wire/login-request.js';
import type { HostPort } from '../wire/host-port.js';
import type { IncomingRequest } from '../wire/message.js';
import { redirectionInfo, type ModelRedirection } from '../wire/redirection.js';
import { RequestError } from '../wire/request-error.js';
import { parseTag, type Tag } from '../wire/tag.js';
import { type Authenticator, badCredentials } from './authenticator.js';
import type { CallContext } from './call.js';
import type { Identity } from './connected-client.js';
import { type FacadeTable, idNotFound, type Root, unknownFacade, unknownMethod } from './facade-table.js';
import type { Method } from './facade.js';
import { failure } from './failure.js';
import type { LoginLimiter } from './login-limiter.js';
import type { ControllerState } from './restrictions.js';

/** What a login needs of its server. */
export interface LoginParts {
  authenticator: Authenticator;
  limiter: LoginLimiter | undefined;
  versions: readonly LoginVersion[];
  facades: FacadeTable;
  controllerTag: string;
  serverVersion: string;
  publicDnsName: string | undefined;
  servers: (identity: Identity) => readonly (readonly HostPort[])[];
  state: (modelUuid: string | undefined) => ControllerState;
}

/** The connection on which somebody logs in. */
export interface LoginClient {
  readonly modelUuid: string | undefined;
  readonly remoteAddress: string | undefined;
  readonly identity: Identity | undefined;
  /** Where the model has gone to; undefined where it is here. */
  readonly redirection: ModelRedirection | undefined;
  loggedIn(identity: Identity): void;
}

/** What one may call before a login: the Admin facade alone, which goes away with the login. */
export class LoginRoot implements Root {
  readonly #parts: LoginParts;
  readonly #client: LoginClient;
  readonly #methods: ReadonlyMap<string, Method>;
  /** Logins of one connection come one after the other. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(parts: LoginParts, client: LoginClient) {
    this.#parts = parts;
    this.#client = client;
    this.#methods = new Map<string, Method>([
      ['Login', { invoke: (params, call) => this.#queue(params, call) }],
      ['RedirectInfo', { invoke: () => this.#redirectInfo() }],
    ]);
  }

  find({ facade, version, method, objectId }: IncomingRequest): Method {
    if (facade !== 'Admin') throw unknownFacade(facade, version);
    if (!this.#parts.versions.some((served) => served === version)) throw oldClient();
    const found = this.#methods.get(method);
    if (found === undefined) throw unknownMethod(`Admin.${method}`);
    if (objectId !== '') throw idNotFound();
    return found;
  }

  #queue(params: unknown, call: CallContext): Promise<unknown> {
    const login = this.#last.then(() => this.#logIn(params, call));
    this.#last = login.catch(() => undefined);
    return login;
  }

  /** In the order of docs/protocol.md §2.6. */
  async #logIn(params: unknown, call: CallContext): Promise<unknown> {
    const client = this.#client;
    if (client.identity !== undefined) throw failure('already logged in');
    const request = readLoginRequest(params);
    const tag = parseTag(request.authTag);
    const { limiter, authenticator } = this.#parts;
    if (tag.kind !== 'user' && limiter?.take({ tag: request.authTag, remoteAddress: client.remoteAddress }) === false) {
      throw failure('try again', 'try again');
    }
    if (client.redirection !== undefined) throw tag.kind === 'user' ? elsewhere(client.redirection) : badCredentials();
    const { modelUuid, remoteAddress } = client;
    const attempt = { ...request, tag, modelUuid, remoteAddress, signal: call.signal };
    const identity = await this.#masked(() => authenticator.authenticate(attempt));
    this.#checkUpgrade(identity, tag);
    client.loggedIn(identity);
    return this.#answer(identity, call.version);
  }

  /** While something goes on with the controller, no agent shall take a failure for the last word. */
  async #masked(authenticate: () => Identity | Promise<Identity>): Promise<Identity> {
    try {
      return await authenticate();
    } catch (error) {
      if (this.#parts.state(this.#client.modelUuid) === 'normal') throw error;
      throw failure('login failed - maintenance in progress');
    }
  }

  #checkUpgrade({ isAgent, isController }: Identity, { kind, id }: Tag): void {
    if (!isAgent || isController || this.#parts.state(this.#client.modelUuid) !== 'upgrading') return;
    throw failure(`login for ${kind} ${id} blocked because upgrade is in progress`);
  }

  #answer(identity: Identity, version: number): Record<string, unknown> {
    const { facades, controllerTag, serverVersion, publicDnsName, servers } = this.#parts;
    const { modelUuid } = this.#client;
    return loginAnswer(version, {
      servers: servers(identity),
      publicDnsName,
      modelTag: modelUuid === undefined ? undefined : `model-${modelUuid}`,
      controllerTag,
      userInfo: identity.isAgent ? undefined : identity.userInfo,
      facades: facades.listing,
      serverVersion,
    });
  }

  #redirectInfo(): Record<string, unknown> {
    const { redirection } = this.#client;
    if (redirection === undefined) throw failure('not redirected');
    return { servers: redirection.servers, 'ca-cert': redirection.caCert };
  }
}

/** The code is part of the text, as in the original. */
const oldClient = (): Error =>
  failure('this version of Juju does not support login from old clients (not supported)', 'not supported');

const elsewhere = (redirection: ModelRedirection): Error =>
  new RequestError({
    message: 'redirection to alternative server required',
    code: 'redirection required',
    info: redirectionInfo(redirection),
  });

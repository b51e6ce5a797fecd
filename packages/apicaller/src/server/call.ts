import { ApicallerError } from '../error.js';
import type { IncomingRequest } from '../wire/message.js';
import type { ConnectedClient, Identity } from './connected-client.js';
import { failure } from './failure.js';

/** What a handler knows of the call that it answers. */
export interface CallContext {
  readonly facade: string;
  readonly version: number;
  /** Id of the object that is called, such as a watcher's; mostly empty. */
  readonly objectId: string;
  readonly method: string;
  /**
   * Aborted when the connection ends or the server closes. What a handler answers after that is still sent where there
   * is a connection; rejecting with the signal's reason answers `context canceled`, as Juju does.
   */
  readonly signal: AbortSignal;
  /** Who calls. */
  readonly identity: Identity;
  /** The connection over which the call came. */
  readonly client: ConnectedClient;
}

/** A call that a handler works on. Its signal is made when it is asked for: most handlers never do. */
export class Call implements CallContext {
  readonly client: ConnectedClient;
  readonly request: IncomingRequest;
  #controller: AbortController | undefined;
  #isAborted = false;

  constructor(request: IncomingRequest, client: ConnectedClient) {
    this.request = request;
    this.client = client;
  }

  get facade(): string {
    return this.request.facade;
  }

  get version(): number {
    return this.request.version;
  }

  get objectId(): string {
    return this.request.objectId;
  }

  get method(): string {
    return this.request.method;
  }

  get identity(): Identity {
    const { identity } = this.client;
    if (identity === undefined) throw failure('not logged in', 'unauthorized access');
    return identity;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#isAborted) this.#controller.abort(canceled());
    }
    return this.#controller.signal;
  }

  abort(): void {
    if (this.#isAborted) return;
    this.#isAborted = true;
    this.#controller?.abort(canceled());
  }
}

/** In the original's words: they go out as the answer of a handler that rejects with them. */
const canceled = (): ApicallerError => new ApicallerError('context canceled', { code: 'aborted' });

import type { MethodName } from '../wire/methods.js';
import type { CallContext } from './handler.js';

/** A call that a handler works on. Its signal is made when it is asked for: most handlers never do. */
export class Call implements CallContext {
  readonly method: MethodName;
  /** When its time is over, on the clock's `monotonic()`; Infinity for never. */
  readonly deadline: number;
  /** The text of its id, for the answer. */
  readonly id: string;
  /** Whether an answer has been sent. */
  isAnswered = false;
  #controller: AbortController | undefined;
  #reason: { readonly error: Error } | undefined;

  constructor(method: MethodName, id: string, deadline: number) {
    this.method = method;
    this.id = id;
    this.deadline = deadline;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#reason !== undefined) this.#controller.abort(this.#reason.error);
    }
    return this.#controller.signal;
  }

  /** Whether its time is over, or its connection. */
  get isAborted(): boolean {
    return this.#reason !== undefined;
  }

  abort(error: Error): void {
    if (this.#reason !== undefined) return;
    this.#reason = { error };
    this.#controller?.abort(error);
  }
}

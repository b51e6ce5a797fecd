import type { NumberedResponse } from './request-queue.js';

/** Answers that wait for a session to take them: those that were ready after theirs had ended go out on the next one. */
export class Outbox {
  #waiting: NumberedResponse[] = [];
  #send: ((response: NumberedResponse) => void) | undefined;

  put(response: NumberedResponse): void {
    if (this.#send === undefined) this.#waiting.push(response);
    else this.#send(response);
  }

  /** Hands what waits and what comes to `send`, until {@link detach}. */
  attach(send: (response: NumberedResponse) => void): void {
    this.#send = send;
    for (const response of this.#waiting.splice(0)) send(response);
  }

  detach(): void {
    this.#send = undefined;
  }
}

/**
 * Keeps answers until something that they may be made of changes: dashboards ask the same again and again. Only for a database
 * that no other process writes to.
 */
export class AnswerMemo<T> {
  readonly #sizeOf: (answer: T) => number;
  readonly #most: number;
  /** The one that was asked for first comes first. */
  #answers = new Map<string, Kept<T>>();
  #held = 0;

  /** @param most that the sizes of all answers may be together; an answer that is more than a tenth of it would push out many others. */
  constructor(sizeOf: (answer: T) => number, most: number) {
    this.#sizeOf = sizeOf;
    this.#most = most;
  }

  /**
   * The answer that is kept, or the one that `make` gives, which is then kept; one that fails is not. Callers share it.
   *
   * @param question all that the answer depends on beside what is stored.
   */
  answer(question: string, make: () => Promise<T>): Promise<T> {
    const known = this.#answers.get(question);
    if (known !== undefined) return known.answer;
    const kept: Kept<T> = { answer: make(), size: 0 };
    this.#answers.set(question, kept);
    kept.answer.then(
      (answer) => this.#weigh(question, kept, this.#sizeOf(answer)),
      () => this.#drop(question, kept),
    );
    return kept.answer;
  }

  /** To be called when a write is done, before it is answered: whoever asks then sees it. */
  forget(): void {
    // Not `clear()`: a map keeps a link from the table that it had to the one it has. Once one of them is old, no short collection lets go
    // of those that follow, nor of the answers in them, until the next long one.
    this.#answers = new Map();
    this.#held = 0;
  }

  #weigh(question: string, kept: Kept<T>, size: number): void {
    if (this.#answers.get(question) !== kept) return;
    if (size > this.#most / 10) return this.#drop(question, kept);
    kept.size = size;
    this.#held += size;
    for (const [oldest, other] of this.#answers) {
      if (this.#held <= this.#most) return;
      this.#drop(oldest, other);
    }
  }

  #drop(question: string, kept: Kept<T>): void {
    if (this.#answers.get(question) !== kept) return;
    this.#answers.delete(question);
    this.#held -= kept.size;
  }
}

interface Kept<T> {
  answer: Promise<T>;
  /** 0 until it is made. */
  size: number;
}

/**
 * Keeps answers until something that they may be made of changes: dashboards ask the same again and again. Only for a database
 * that no other process writes to.
 */
export class AnswerMemo {
  readonly #answers = new Map<string, Promise<unknown>>();
  #held = 0;

  /**
   * The answer that is kept, or the one that `make` gives, which is then kept; one that fails is not. Callers share it: nobody may
   * change it.
   *
   * @param question all that the answer depends on beside what is stored.
   * @param rows at most so many are in the answer.
   */
  answer<T>(question: string, rows: number, make: () => Promise<T>): Promise<T> {
    if (rows > mostOfOne) return make();
    const known = this.#answers.get(question);
    if (known !== undefined) return known as Promise<T>;
    this.#held += rows;
    if (this.#held > most) {
      this.forget();
      this.#held = rows;
    }
    const made = make();
    this.#answers.set(question, made);
    made.catch(() => {
      if (this.#answers.get(question) === made) this.#answers.delete(question);
    });
    return made;
  }

  /** To be called when a write is done, before it is answered: whoever asks then sees it. */
  forget(): void {
    this.#answers.clear();
    this.#held = 0;
  }
}

/** Rows in all answers that are kept: a job is some 3 kB with statistics, as object and as text. */
const most = 2_000;
/** Longer answers are rare, and would push out many others. */
const mostOfOne = 200;

/** The one thing that a command was asked for, on standard output. */
export function answer(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Whatever else a person may want to know, on standard error. */
export function remark(text: string): void {
  process.stderr.write(`${text}\n`);
}

export const answerJson = (value: unknown): void => answer(JSON.stringify(value, null, 2));

/** `2026-11-25 21:17 UTC`. */
export const asTime = (unixMs: number): string =>
  `${new Date(unixMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

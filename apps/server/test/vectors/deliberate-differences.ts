/** Something that this server does better than the original, with every captured exchange in which that shows. */
export interface DeliberateDifference {
  /** As the README's table has it. */
  what: string;
  /** By the status that this server answers: the ids of the exchanges. */
  lines: Readonly<Record<number, readonly string[]>>;
}

/** All of them; test/vectors.test.ts holds the list against the server and the README against the list. */
export const deliberateDifferences: readonly DeliberateDifference[] = [];

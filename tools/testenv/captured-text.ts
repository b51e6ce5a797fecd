/**
 * Whether a text is what a captured body with placeholders says: `{{INT}}` is any integer, `{{job:7}}` and `{{tag:2}}`
 * are bound where they first appear, the rest is any text.
 *
 * @returns where the two part, undefined where they do not.
 */
export function difference(expected: string, actual: string, names: Map<string, string>): string | undefined {
  let at = 0;
  let isOpen = false;
  const pieces = expected.split(/\{\{([^{}]+)\}\}/);
  for (const [index, piece] of pieces.entries()) {
    if (index % 2 === 0) {
      // The last one ends where the text ends.
      const from = !isOpen
        ? at
        : index === pieces.length - 1
          ? actual.length - piece.length
          : actual.indexOf(piece, at);
      if (from < at || !actual.startsWith(piece, from)) return partedAt(piece, actual.slice(at), at);
      at = from + piece.length;
      isOpen = false;
    } else {
      const value = names.get(piece);
      const found = /^-?\d+/.exec(actual.slice(at))?.[0];
      if (value !== undefined && found !== value) return `at ${at}: {{${piece}}} is ${value}, got ${found}`;
      isOpen = !/^(INT|job:|tag:)/.test(piece);
      if (!isOpen && found === undefined) return `at ${at}: {{${piece}}} is no number: ${actual.slice(at, at + 40)}`;
      if (piece.includes(':') && found !== undefined) names.set(piece, found);
      if (!isOpen) at += found?.length ?? 0;
    }
  }
  return at === actual.length || isOpen ? undefined : `more than expected: ${actual.slice(at, at + 80)}`;
}

function partedAt(expected: string, actual: string, offset: number): string {
  let common = 0;
  while (common < expected.length && expected[common] === actual[common]) common++;
  const shown = (text: string) => text.slice(Math.max(0, common - 20), common + 60);
  return `at ${offset + common}: expected …${shown(expected)}…, got …${shown(actual)}…`;
}

/**
 * The same where the order of members and elements is free: the pieces between brackets and commas as a multiset.
 *
 * @returns the pieces that one of the two has and the other has not.
 */
export function differenceInAnyOrder(expected: string, actual: string, names: Map<string, string>): string | undefined {
  const found = piecesOf(actual);
  const missing = piecesOf(expected)
    .sort((a, b) => Number(a.includes('{{')) - Number(b.includes('{{')))
    .filter((piece) => {
      const at = found.findIndex((candidate) => difference(piece, candidate, new Map(names)) === undefined);
      const [taken] = at < 0 ? [] : found.splice(at, 1);
      if (taken !== undefined) difference(piece, taken, names);
      return taken === undefined;
    });
  if (missing.length + found.length === 0) return undefined;
  return `missing ${JSON.stringify(missing).slice(0, 200)}, more than expected ${JSON.stringify(found).slice(0, 200)}`;
}

/** Placeholders hold braces of their own. */
function piecesOf(text: string): string[] {
  return text.split(/(?:(?<!\{)\{(?!\{)|(?<!\})\}(?!\})|[[\],\s])+/).filter((piece) => piece !== '');
}

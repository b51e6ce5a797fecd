/**
 * Whether a text is what a captured body with placeholders says: `{{INT}}` is any integer, `{{job:7}}` and `{{tag:2}}`
 * are bound where they first appear, the rest is any text.
 *
 * @returns where the two part, undefined where they do not.
 */
export function difference(expected: string, actual: string, names: Map<string, string>): string | undefined {
  let at = 0;
  let isOpen = false;
  for (const [index, piece] of expected.split(/\{\{([^{}]+)\}\}/).entries()) {
    if (index % 2 === 0) {
      const from = isOpen ? actual.indexOf(piece, at) : at;
      if (from < 0 || !actual.startsWith(piece, from))
        return `at ${at}: expected …${piece.slice(0, 80)}…, got …${actual.slice(at, at + 80)}…`;
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

/**
 * JSON text as a Go peer writes it: `<`, `>`, `&`, U+2028 and U+2029 are escaped inside strings (docs/protocol.md §2.2).
 * Members that are undefined are left out.
 */
export function stringifyAsGo(value: unknown): string {
  return JSON.stringify(value).replace(htmlUnsafe, escapeCharacter);
}

const htmlUnsafe = /[<>&\u2028\u2029]/g;

const escapeCharacter = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

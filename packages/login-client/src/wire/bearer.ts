/**
 * The value of an `Authorization` header for this token. A header is bytes: the token goes out as UTF-8, which the
 * runtimes' header objects show as Latin-1 text (docs/protocol.md §2.2).
 */
export function bearerHeader(token: string): string {
  return `Bearer ${utf8AsLatin1(token)}`;
}

/** Whether a token can be written into a header: no control character but the tab. */
export function isSendableToken(token: string): boolean {
  return [...token].every((character) => (character >= ' ' && character !== '\x7f') || character === '\t');
}

/**
 * The token in an `Authorization` header as a server's runtime shows it, blanks at its ends lost as they are on the wire.
 *
 * @returns undefined where the header is absent or of another scheme.
 */
export function parseBearer(header: string | null | undefined): string | undefined {
  const match = /^bearer(?:[ \t]+(.*))?$/is.exec(trimBlanks(header ?? ''));
  return match === null ? undefined : trimBlanks(latin1AsUtf8(match[1] ?? ''));
}

/** Text without spaces and tabs at its ends: no other blank is lost on the wire, and byte A0 may end a letter. */
export const trimBlanks = (text: string): string => text.replace(/^[ \t]+/, '').replace(/[ \t]+$/, '');

/** Text as a header object shows the bytes of its UTF-8. */
export const utf8AsLatin1 = (text: string): string =>
  Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join('');

/** Header text as UTF-8. Text beyond Latin-1 was decoded already, by a runtime of another kind. */
export function latin1AsUtf8(text: string): string {
  if ([...text].some((character) => character > '\xff')) return text;
  return new TextDecoder().decode(Uint8Array.from(text, (character) => character.charCodeAt(0)));
}

/** The token of an `Authorization: Bearer …` header; undefined where there is none, or one of another kind. */
export function bearerToken(header: string | undefined): string | undefined {
  const token = /^bearer +(\S+) *$/i.exec(header ?? '')?.[1];
  // Node reads header bytes as Latin-1; GPUd sends tokens as raw UTF-8.
  return token === undefined ? undefined : Buffer.from(token, 'latin1').toString('utf8');
}

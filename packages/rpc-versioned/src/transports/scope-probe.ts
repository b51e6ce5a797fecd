/** `Scope-Probe token=…`: how a daemon shows its token, unquoted (docs/protocol.md, Upgrade). */
export const scopeProbe = (token: string): string => `Scope-Probe token=${token}`;

/** Whether a token can be sent in a header as it is. */
export const isSendableToken = (token: string): boolean => /^[\t\x20-\x7e\xa0-\xff]*$/.test(token);

/** The token of an `Authorization` header; undefined where it is absent or of another scheme. */
export function readToken(header: string | null | undefined): string | undefined {
  return /^Scope-Probe[ \t]+token=(.*)$/i.exec(header ?? '')?.[1]?.trimEnd();
}

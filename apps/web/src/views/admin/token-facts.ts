/** What a JSON Web Token says of itself. */
export interface TokenFacts {
  /** Whom it speaks for. */
  subject: string | undefined;
  roles: readonly string[];
  /** Unix seconds; undefined = it does not expire. */
  expiresAt: number | undefined;
}

/** Reads the claims without checking the signature: to be shown, not to be believed. Undefined for what is no such token. */
export function readTokenFacts(token: string): TokenFacts | undefined {
  const claims = parse(token.split('.')[1] ?? '');
  if (typeof claims !== 'object' || claims === null) return undefined;
  const { sub, roles, exp } = claims as { sub?: unknown; roles?: unknown; exp?: unknown };
  return {
    subject: typeof sub === 'string' ? sub : undefined,
    roles: Array.isArray(roles) ? roles.filter((role) => typeof role === 'string') : [],
    expiresAt: typeof exp === 'number' ? exp : undefined,
  };
}

function parse(base64url: string): unknown {
  try {
    const bytes = Uint8Array.from(atob(base64url.replaceAll('-', '+').replaceAll('_', '/')), (char) =>
      char.charCodeAt(0),
    );
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}

/** How a try to sign in ended. */
export type LoginOutcome = { ok: true } | { ok: false; reason: string };

/**
 * Signs in with a password, as ClusterCockpit's form does; the browser keeps the session's cookie.
 *
 * @param baseUrl of the page, without a slash at its end.
 * @throws TypeError where the server cannot be reached.
 */
export async function logIn(baseUrl: string, username: string, password: string): Promise<LoginOutcome> {
  const body = new URLSearchParams({ username, password });
  // A success leads to another page, which is not followed: this one goes on.
  const response = await fetch(`${baseUrl}/login`, { method: 'POST', body, redirect: 'manual' });
  if (response.type === 'opaqueredirect' || response.ok) return { ok: true };
  return { ok: false, reason: refusal(response.status, await response.text()) };
}

/** @throws TypeError where the server cannot be reached. */
export async function logOut(baseUrl: string): Promise<void> {
  await fetch(`${baseUrl}/logout`, { method: 'POST', redirect: 'manual' });
}

/** What the server's own page says (docs/protocol.md §5.1 of cc-api): wrong, too often, too many at once. */
export function refusal(status: number, page: string): string {
  const [, said] = /<p role="alert">([^<]{1,200})<\/p>/.exec(page) ?? [];
  if (said !== undefined) return unescapeHtml(said);
  if (status === 401) return 'Wrong user or password.';
  if (status === 403)
    return 'The server takes this request for one of another site. Open its page at the address that it is served at.';
  if (status === 429) return 'Too many attempts. Try again in a few minutes.';
  return `The server answered ${status}. Try again; its log tells more.`;
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", '#34': '"' };
const unescapeHtml = (text: string): string =>
  text.replace(/&(amp|lt|gt|quot|#39|#34);/g, (whole, name: string) => entities[name] ?? whole);

/**
 * Cookies of one session attempt: what the health probe is given goes back with both streams, so that a balancer keeps
 * the three on one server (docs/protocol.md §8.2).
 */
export class CookieJar {
  readonly #cookies = new Map<string, { value: string; path: string }>();

  /**
   * @param headers values of `Set-Cookie`.
   * @param path of the request that they answer.
   */
  store(headers: readonly string[], path: string): void {
    for (const header of headers) {
      const [pair = '', ...attributes] = header.split(';');
      const at = pair.indexOf('=');
      const name = pair.slice(0, at).trim();
      if (at <= 0 || name === '') continue;
      const values = new Map(attributes.map(attribute));
      if (Number(values.get('max-age') ?? 1) <= 0) this.#cookies.delete(name);
      else this.#cookies.set(name, { value: pair.slice(at + 1).trim(), path: scope(values.get('path'), path) });
    }
  }

  /** Value of the `Cookie` header for a path; empty for none. */
  header(path: string): string {
    return [...this.#cookies]
      .filter(([, cookie]) => covers(cookie.path, path))
      .map(([name, { value }]) => `${name}=${value}`)
      .join('; ');
  }
}

function attribute(text: string): [string, string] {
  const [name = '', ...rest] = text.split('=');
  return [name.trim().toLowerCase(), rest.join('=').trim()];
}

/** Without a path of its own, a cookie holds for the folder of the request (RFC 6265 §5.1.4). */
function scope(path: string | undefined, requestPath: string): string {
  if (path?.startsWith('/')) return path;
  return requestPath.slice(0, Math.max(1, requestPath.lastIndexOf('/')));
}

function covers(scope: string, path: string): boolean {
  return path === scope || path.startsWith(scope.endsWith('/') ? scope : `${scope}/`);
}

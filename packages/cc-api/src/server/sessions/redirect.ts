/**
 * A path of this server to go on to, as a browser will understand it: percent-encoded, dots resolved.
 *
 * @returns undefined for what would lead elsewhere, is no absolute path, or is none at all.
 */
export function localRedirect(target: string): string | undefined {
  if (!target.startsWith('/') || !URL.canParse(target, here)) return undefined;
  const { origin, pathname, search, hash } = new URL(target, here);
  // "/.//elsewhere" is a path of here; written out without its dot it would be a host.
  return origin === here && !pathname.startsWith('//') ? pathname + search + hash : undefined;
}

const here = 'http://here.invalid';

/** What the first part of a path is that others answer: a page there would hide a mistake, or a proxy's misroute. */
const takenParts = new Set([
  'api',
  'userapi',
  'config',
  'frontend',
  'login',
  'logout',
  'healthz',
  'readyz',
  'metrics',
  'model',
  'moorline',
  'write',
  'assets',
]);

/** Whether a path below this first part belongs to one of the server's protocols, or to the page's files. */
export const isTakenPart = (part: string): boolean =>
  takenParts.has(part) || /^v\d+$/.test(part) || part.startsWith('gpud.');

/** Whether the page may be what a browser wants at a path that nobody answers. */
export function isPagePath(path: string): boolean {
  return !isTakenPart(path.split('/', 2)[1] ?? '');
}

/** What was dialled. */
export interface ControllerPath {
  /** Undefined for the controller itself. */
  modelUuid: string | undefined;
}

/**
 * Reads the path of an upgrade request (docs/protocol.md §1.1): `/`, `/api`, `/model/<uuid>/api`, and of the time before
 * 2.0 `/environment/<uuid>/api`.
 *
 * @param basePath what precedes it, without a slash at the end.
 * @returns undefined for every other path.
 */
export function readControllerPath(url: string, basePath: string, acceptsV0: boolean): ControllerPath | undefined {
  const path = url.replace(/[?#].*$/s, '');
  if (!path.startsWith(basePath)) return undefined;
  const own = path.slice(basePath.length);
  if (own === '/' || own === '/api') return { modelUuid: undefined };
  const match = /^\/(model|environment)\/([^/]{1,128})\/api$/.exec(own);
  if (match === null || (match[1] === 'environment' && !acceptsV0)) return undefined;
  return { modelUuid: match[2] };
}

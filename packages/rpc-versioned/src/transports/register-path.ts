import { type RpcVersion, rpcVersions } from '../client/rpc-client.js';

/** What today's daemons register as. */
export const newestVersion: RpcVersion = 11;

/** What a register path says: a version that is spoken, one that is not any more, or one that is not known. */
export type RegisterPath = { version: RpcVersion } | { version: 'deprecated' } | { version: 'unknown' };

/**
 * Reads `/vN/daemon`, or its alias `/vN/register`, below a base path (docs/protocol.md, Endpoints). v1 to v5 are
 * deprecated; what is below the base and names another version is unknown.
 *
 * @param path without its query.
 * @param basePath `/api/flux`, or empty.
 * @returns undefined for every other path.
 */
export function readRegisterPath(path: string, basePath = ''): RegisterPath | undefined {
  const base = basePath.replace(/\/+$/, '');
  if (!path.startsWith(`${base}/`)) return undefined;
  const number = /^\/v(0|[1-9]\d{0,4})\/(?:daemon|register)$/.exec(path.slice(base.length))?.[1];
  if (number === undefined) return undefined;
  const version = rpcVersions.find((known) => known === Number(number));
  if (version !== undefined) return { version };
  return { version: Number(number) >= 1 && Number(number) < 6 ? 'deprecated' : 'unknown' };
}

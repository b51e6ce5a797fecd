import type { HostPort } from './host-port.js';

/** What whoever has logged in is told. */
export interface LoginAnswer {
  servers: readonly (readonly HostPort[])[];
  publicDnsName: string | undefined;
  /** Undefined for a connection to the controller itself. */
  modelTag: string | undefined;
  controllerTag: string;
  /** Facts about a user; undefined for agents. */
  userInfo: Readonly<Record<string, unknown>> | undefined;
  facades: readonly { name: string; versions: readonly number[] }[];
  serverVersion: string;
}

/**
 * The result of `Admin.Login` (docs/protocol.md §2.3), members in the original's order; for versions before 3 with the
 * controller's tag under the name of their time too.
 */
export function loginAnswer(version: number, answer: LoginAnswer): Record<string, unknown> {
  const { servers, publicDnsName, modelTag, controllerTag, userInfo, facades, serverVersion } = answer;
  return {
    servers,
    ...(publicDnsName === undefined ? {} : { 'public-dns-name': publicDnsName }),
    ...(modelTag === undefined ? {} : { 'model-tag': modelTag }),
    'controller-tag': controllerTag,
    ...(version === 3 ? {} : { 'server-tag': controllerTag }),
    ...(userInfo === undefined ? {} : { 'user-info': userInfo }),
    facades,
    'server-version': serverVersion,
  };
}

import { ApicallerError } from '../error.js';
import { type FacadeVersions, readFacades } from './facades.js';
import { type HostPort, readServers } from './host-port.js';
import { isObject } from './is-object.js';
import { isJujuVersion } from './juju-version.js';
import { isTag, notATag } from './tag.js';

/** What one logs in with (docs/protocol.md §2.2). */
export interface LoginCredentials {
  /** Who logs in: `machine-0`. */
  tag: string;
  /** A secret. */
  password: string;
  /** What the machine was provisioned with; empty for others. */
  nonce?: string | undefined;
  /** A JSON web token, in place of a password; a secret. Juju 3 and later. */
  token?: string | undefined;
  /** Macaroons as JSON, in place of a password. */
  macaroons?: readonly (readonly unknown[])[] | undefined;
  /** What the controller notes as the command line; none of ours by default, which may hold secrets. */
  cliArgs?: string | undefined;
  /** Version of Juju that this client claims to be; left out where it is empty. */
  clientVersion?: string | undefined;
}

/** Versions of the Admin facade that {@link loginParams} can write for. */
export type LoginVersion = 1 | 2 | 3;

/** The version of the macaroons' format that clients name since Juju 2.3. */
const bakeryVersion = 3;

/** The params of `Admin.Login`: for version 3 as Juju writes them since 2.3, for 1 with both spellings of every key. */
export function loginParams(version: LoginVersion, credentials: LoginCredentials): Record<string, unknown> {
  const { tag, password, nonce = '', token = '', macaroons, cliArgs = '', clientVersion = '' } = credentials;
  const common = { 'auth-tag': tag, credentials: password, nonce, macaroons: macaroons ?? null };
  if (version === 1) return { ...common, 'user-data': '', AuthTag: tag, Password: password, Nonce: nonce };
  if (version === 2) return { ...common, 'user-data': '' };
  return {
    ...common,
    'bakery-version': bakeryVersion,
    ...(token === '' ? {} : { token }),
    ...(cliArgs === '' ? {} : { 'cli-args': cliArgs }),
    'user-data': '',
    ...(clientVersion === '' ? {} : { 'client-version': clientVersion }),
  };
}

/** What a controller tells whoever has logged in (docs/protocol.md §2.3). */
export interface LoginResult {
  /** The addresses of each controller. */
  servers: readonly (readonly HostPort[])[];
  /** The controller's name for all the world; undefined where it has none. */
  publicDnsName: string | undefined;
  /** Tag of the model of this connection; undefined for a connection to the controller itself. */
  modelTag: string | undefined;
  /** Undefined only from controllers before 2.0. */
  controllerTag: string | undefined;
  facades: FacadeVersions;
  /** Version of Juju that the controller runs. */
  serverVersion: string;
  /** Facts about a user; undefined for agents. */
  userInfo: Readonly<Record<string, unknown>> | undefined;
}

/** What a result is checked against. */
export interface LoginExpectations {
  /** Tag of the model dialled; undefined where the controller itself was. */
  modelTag: string | undefined;
  /** Accept what controllers before 2.3 leave out or spell otherwise. */
  isSeed: boolean;
}

/**
 * Reads and checks the result of a login: version, controller's tag, then the model's.
 *
 * @throws ApicallerError `discharge_required` or `login_result_invalid`, in the original's words.
 */
export function readLoginResult(value: unknown, { modelTag: wanted, isSeed }: LoginExpectations): LoginResult {
  const result = isObject(value) ? value : {};
  checkDischarge(result);
  const serverVersion = textOf(result, 'server-version');
  if (!isJujuVersion(serverVersion) && !(isSeed && serverVersion === '')) {
    throw invalid(`invalid version ${JSON.stringify(serverVersion)}`);
  }
  const controllerTag = textOf(result, 'controller-tag') || (isSeed ? textOf(result, 'server-tag') : '');
  if (!(isTag(controllerTag, 'controller') || (isSeed && controllerTag === ''))) {
    const why = notATag(controllerTag, 'controller');
    throw invalid(`invalid controller tag ${JSON.stringify(controllerTag)} returned from login: ${why}`);
  }
  const modelTag = textOf(result, 'model-tag') || (isSeed ? environTag(result) : '');
  checkModel(modelTag, wanted, isSeed);
  return {
    servers: readServers(result['servers'] ?? result['Servers']),
    publicDnsName: textOf(result, 'public-dns-name') || undefined,
    modelTag: modelTag || undefined,
    controllerTag: controllerTag || undefined,
    facades: readFacades(result['facades'] ?? result['Facades']),
    serverVersion,
    userInfo: isObject(result['user-info']) ? result['user-info'] : undefined,
  };
}

function checkDischarge(result: Readonly<Record<string, unknown>>): void {
  if (isAbsent(result['discharge-required']) && isAbsent(result['bakery-discharge-required'])) return;
  const reason = textOf(result, 'discharge-required-error');
  throw new ApicallerError(`login needs a discharged macaroon${reason === '' ? '' : `: ${reason}`}`, {
    code: 'discharge_required',
    hint: 'log in with a password; this package discharges no macaroons',
  });
}

function checkModel(modelTag: string, wanted: string | undefined, isSeed: boolean): void {
  if (modelTag !== '' && !isTag(modelTag, 'model')) {
    throw invalid(`invalid model tag in login result: ${notATag(modelTag, 'model')}`);
  }
  if (modelTag === (wanted ?? '') || (isSeed && wanted === undefined)) return;
  const got = JSON.stringify(modelTag.slice(modelPrefix));
  const want = JSON.stringify((wanted ?? '').slice(modelPrefix));
  throw invalid(`mismatched model tag in login result (got ${got} want ${want})`);
}

const modelPrefix = 'model-'.length;

/** The model as controllers before 2.0 spell it. */
function environTag(result: Readonly<Record<string, unknown>>): string {
  const tag = textOf(result, 'environ-tag') || textOf(result, 'EnvironTag');
  return tag.replace(/^environment-/, 'model-');
}

const isAbsent = (value: unknown): boolean => value === undefined || value === null;

function textOf(result: Readonly<Record<string, unknown>>, name: string): string {
  const value = result[name];
  return typeof value === 'string' ? value : '';
}

function invalid(message: string): ApicallerError {
  return new ApicallerError(message, {
    code: 'login_result_invalid',
    hint: 'the controller is of another kind or version than expected; look at the address and the model',
  });
}

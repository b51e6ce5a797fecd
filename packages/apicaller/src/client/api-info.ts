import { ApicallerError } from '../error.js';
import { parseTag } from '../wire/tag.js';
import { type Address, parseAddress } from '../wire/address.js';

/** Where to connect, and as whom (docs/protocol.md §1.1, §2). */
export interface ApiInfo {
  /** Controllers, `host:port` each; a scheme before it and a path after it are possible. At least one. */
  addrs: readonly string[];
  /**
   * Certificate authority of the controllers, PEM. Only it is trusted, and certificates must carry the name
   * `juju-apiserver`. Default: the authorities that the runtime trusts, and the host's own name.
   */
  caCert?: string | undefined;
  /** `model-<uuid>`; absent for a connection to the controller itself. */
  modelTag?: string | undefined;
  /** Who logs in: `machine-0`. */
  tag?: string | undefined;
  /** A secret. */
  password?: string | undefined;
  /** What the machine was provisioned with. */
  nonce?: string | undefined;
  /** A JSON web token in place of a password; a secret. */
  token?: string | undefined;
  /** Macaroons as JSON, in place of a password. */
  macaroons?: readonly (readonly unknown[])[] | undefined;
  /** Name of the controllers to the world, tried with the runtime's own authorities where `caCert` does not fit. */
  sniHostName?: string | undefined;
  /** Opens the connection without logging in: no tag, password, token or macaroons then. Default false. */
  skipLogin?: boolean | undefined;
}

/** An {@link ApiInfo} that has been looked through. */
export interface CheckedInfo {
  addresses: readonly Address[];
  modelUuid: string | undefined;
}

/**
 * Looks an info through before anything is dialled.
 *
 * @throws ApicallerError `invalid_info`, in the original's words.
 */
export function checkInfo(info: ApiInfo): CheckedInfo {
  if (info.addrs.length === 0) throw invalid('missing addresses not valid');
  const addresses = info.addrs.map(parseAddress);
  if (info.skipLogin === true) checkSkipLogin(info);
  try {
    if (info.tag !== undefined && info.tag !== '') parseTag(info.tag);
    const modelUuid =
      info.modelTag === undefined || info.modelTag === '' ? undefined : parseTag(info.modelTag, 'model').id;
    return { addresses, modelUuid };
  } catch (error) {
    throw invalid(error instanceof Error ? error.message : String(error));
  }
}

function checkSkipLogin({ tag = '', password = '', macaroons = [] }: ApiInfo): void {
  const beside = tag !== '' ? 'Tag' : password !== '' ? 'Password' : macaroons.length > 0 ? 'Macaroons' : undefined;
  if (beside !== undefined) throw invalid(`specifying ${beside} and SkipLogin not valid`);
}

function invalid(why: string): ApicallerError {
  return new ApicallerError(`validating info for opening an API connection: ${why}`, { code: 'invalid_info' });
}

import { type Clock, type Logger, silentLogger, systemClock, withDeadline } from '@moorline/core';
import { isSendableToken } from '../wire/bearer.js';
import { resolveEndpoint } from '../wire/endpoint.js';
import { LoginError } from '../wire/login-error.js';
import type { LoginRequest } from '../wire/login-request.js';
import type { LoginResponse, ValidationResult } from '../wire/login-response.js';
import { normalizeNodeLabels } from '../wire/node-labels.js';
import { handOverSessionToken } from './hand-over.js';
import { hideSecrets, type Identity } from './identity.js';
import { collectInventory, type Inventory } from './inventory.js';
import { loginRequest, type LoginOverrides } from './login-request.js';
import { type IdentityFile, openIdentity } from './open-identity.js';
import { renderLoginFailure } from './render-failure.js';
import { needsLogin, reconcileMachineId } from './reconcile.js';
import { defaultLoginTimeoutMs, sendLoginRequest } from './send-login-request.js';

/** Options of {@link login}. */
export interface LoginOptions extends LoginOverrides {
  /** The control plane as an operator writes it; stored as given. */
  endpoint: string;
  /** Registration token: sent once, never stored, logged or shown. */
  token: string;
  /** Where the identity is kept; made with mode 0700 where it is new. */
  dataDir: string;
  /** The control plane's id of this machine, where it is known beforehand. */
  machineId?: string | undefined;
  /** Lets `machineId` take the place of another that is stored. The old identity stays until the new one is there. Default false. */
  overwriteMachineId?: boolean | undefined;
  /** Logs in again although an identity is stored, for a new session token. Default false. */
  refreshSessionToken?: boolean | undefined;
  /** What the machine is, or how to find out. Default {@link collectInventory}. */
  inventory?: Inventory | ((options: { signal: AbortSignal }) => Promise<Inventory>) | undefined;
  /** Writes a new session token into `gpud.fifo` of the data directory, where a running GPUd listens. Default false. */
  handOver?: boolean | undefined;
  /** Lets an endpoint that begins with `http://` through, towards loopback only. Default false. */
  allowInsecureHttp?: boolean | undefined;
  fetch?: typeof fetch | undefined;
  signal?: AbortSignal | undefined;
  /** Milliseconds for everything, the machine's inspection included. Default 120,000; 0 turns the deadline off. */
  timeoutMs?: number | undefined;
  logger?: Logger | undefined;
  clock?: Clock | undefined;
}

/** What {@link login} comes back with: the stored identity, its secrets readable by name only. */
export interface LoginResult extends Identity {
  /** True when a stored identity was found and nothing was sent. */
  readonly wasSkipped: boolean;
  /** The control plane's remarks about the machine; invalid ones do not fail the login. */
  readonly validationResults: readonly ValidationResult[];
}

/**
 * Enrols this machine with a control plane, once: an identity that is stored already is returned as it is
 * (docs/protocol.md §6). Everything that can be judged here is judged before anything is written or sent; what is
 * stored is stored in one transaction after the answer. There is no retry: `isRetryable` of the error tells whether one is worth it.
 *
 * @throws LoginError; TimeoutError when the deadline passes; the signal's reason.
 */
export async function login(options: LoginOptions): Promise<LoginResult> {
  const { signal, timeoutMs = defaultLoginTimeoutMs, clock = systemClock } = options;
  if (options.token === '') {
    throw new LoginError('token is empty', {
      code: 'empty_token',
      hint: 'give the registration token of your control plane',
    });
  }
  if (!isSendableToken(options.token)) {
    throw new LoginError('the registration token holds a line break or another control character', {
      code: 'bad_token',
      hint: 'was a newline read with it from a file?',
    });
  }
  const nodeLabels = options.nodeLabels && normalizeNodeLabels(options.nodeLabels);
  const { url } = resolveEndpoint(options.endpoint, options);
  return withDeadline((inner) => loginWithin({ ...options, nodeLabels, clock, timeoutMs: 0, signal: inner }), {
    signal,
    timeoutMs,
    clock,
    attempted: `login at ${url}`,
  });
}

type CheckedOptions = LoginOptions & { clock: Clock; signal: AbortSignal };

async function loginWithin(options: CheckedOptions): Promise<LoginResult> {
  const { logger = silentLogger, signal, dataDir } = options;
  const file = await openIdentity(dataDir);
  try {
    logger.debug({ path: file.path }, 'state file is open');
    signal.throwIfAborted();
    const stored = file.read();
    const machineId = reconcileMachineId(stored, options);
    if (stored !== undefined && stored.machineId === machineId && !needsLogin(stored, options)) {
      logger.info({ machineId }, `machine ID ${machineId} already assigned (skipping login)`);
      warnOfOtherEndpoint(stored, options.endpoint, logger);
      return result(stored, true, []);
    }
    const request = loginRequest(machineId, await inspect(options), options);
    signal.throwIfAborted();
    const response = await sendLoginRequest(request, options).catch((error: unknown) => {
      throw renderLoginFailure(error);
    });
    signal.throwIfAborted();
    return await keep(file, stored, request, response, options);
  } finally {
    await file.close();
  }
}

async function inspect(options: CheckedOptions): Promise<Inventory> {
  const { inventory, logger = silentLogger, signal, clock } = options;
  const found =
    typeof inventory === 'function'
      ? await inventory({ signal })
      : (inventory ?? (await collectInventory({ signal, logger, clock })));
  logger.debug({ hostname: found.machineInfo?.hostname, resources: found.resources }, 'machine inspected');
  return found;
}

async function keep(
  file: IdentityFile,
  stored: Identity | undefined,
  request: LoginRequest,
  response: LoginResponse,
  options: CheckedOptions,
): Promise<LoginResult> {
  const { logger = silentLogger, clock, endpoint, signal } = options;
  const machineId = response.machineID ?? '';
  if (request.machineID !== '' && machineId !== request.machineID) {
    throw new LoginError(`asked for the machine ID "${request.machineID}", but the server answered "${machineId}"`, {
      code: 'unexpected_machine_id',
      status: 200,
      hint: 'nothing was stored; a control plane answers with the id that it was asked for',
    });
  }
  const isOtherMachine = stored !== undefined && stored.machineId !== machineId;
  const whenUnsaid = stored?.machineId === machineId ? undefined : null;
  file.write(
    {
      endpoint,
      machineId,
      sessionToken: response.token || whenUnsaid,
      machineProof: response.machineProof || whenUnsaid,
      publicIp: request.network?.publicIP || null,
      privateIp: request.network?.privateIP || null,
      nodeLabels: request.nodeLabels ?? whenUnsaid,
      loggedInAt: clock.now(),
    },
    { replace: isOtherMachine, onRecorded: (key) => logger.debug({ key }, `recorded ${key}`) },
  );
  logger.debug({ path: file.path }, 'identity is stored');
  if (!response.token) {
    logger.warn({ machineId }, 'the control plane answered without a session token: the next login asks again');
  } else if (options.handOver === true) {
    await handOverSessionToken(options.dataDir, response.token, { signal, clock, logger });
  }
  const validationResults = response.validationResults ?? [];
  logValidation(validationResults, logger);
  logger.info({ machineId }, `successfully logged in and assigned machine id ${machineId}`);
  const identity = file.read();
  if (identity === undefined)
    throw new LoginError('the identity vanished after it was stored', { code: 'state_failed' });
  return result(identity, false, validationResults);
}

function logValidation(results: readonly ValidationResult[], logger: Logger): void {
  const invalid = results.filter((item) => item.valid !== true);
  for (const { name = '', reason = '', suggestion = '' } of invalid) {
    logger.warn({ name, reason, suggestion }, `${name}: ${reason} (${suggestion})`);
  }
  if (invalid.length > 0) logger.warn({}, 'please fix the above issues and try again');
  else if (results.length > 0) logger.info({}, 'all checks passed');
}

function warnOfOtherEndpoint(stored: Identity, endpoint: string, logger: Logger): void {
  if (stored.endpoint !== undefined && stored.endpoint !== endpoint) {
    logger.warn({}, 'the stored identity belongs to another endpoint than the one given, which is not used');
  }
}

function result(identity: Identity, wasSkipped: boolean, validationResults: readonly ValidationResult[]): LoginResult {
  const { sessionToken, machineProof } = identity;
  return hideSecrets({ ...identity, sessionToken, machineProof, wasSkipped, validationResults });
}

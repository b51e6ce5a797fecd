import type { ApiCaller } from '../client/connection.js';
import { ApicallerError } from '../error.js';
import type { CallOptions } from '../rpc/rpc-connection.js';
import { isObject } from '../wire/is-object.js';
import { RequestError } from '../wire/request-error.js';

/** How an entity fares. */
export type Life = 'alive' | 'dying' | 'dead';

/** What a strategy asks of the controller about the agent itself (docs/protocol.md §3.6). */
export interface AgentFacade {
  /** @throws ApicallerError `denied`, `unexpected_result`, `unknown_life`; RequestError; what ended the connection. */
  life(tag: string, options?: CallOptions): Promise<Life>;
  /** @throws ApicallerError `denied`, `unexpected_result`; RequestError; what ended the connection. */
  setPassword(tag: string, password: string, options?: CallOptions): Promise<void>;
}

/** The agent facade of a controller, in the best version that both ends have. */
export function agentFacade(connection: ApiCaller): AgentFacade {
  const version = connection.bestFacadeVersion('Agent');
  const call = (method: string, params: object, options?: CallOptions): Promise<unknown> =>
    connection.apiCall('Agent', version, '', method, params, options);
  return {
    async life(tag, options) {
      const answer = await call('GetEntities', { entities: [{ tag }] }, options);
      const { life } = onlyEntry(answer, 'entities', ['not found', 'unauthorized access'], 'Agent.GetEntities');
      if (life === 'alive' || life === 'dying' || life === 'dead') return life;
      throw new ApicallerError(`unknown life value ${JSON.stringify(life ?? '')}`, { code: 'unknown_life' });
    },
    async setPassword(tag, password, options) {
      const answer = await call('SetPasswords', { changes: [{ tag, password }] }, options);
      const denials = ['not found', 'unauthorized access', 'dead'];
      onlyEntry(answer, 'results', denials, 'Agent.SetPasswords');
    },
  };
}

/** The one entry that was asked for; its own error, where it has one, is thrown. */
function onlyEntry(
  answer: unknown,
  member: string,
  denials: readonly string[],
  attempted: string,
): Readonly<Record<string, unknown>> {
  const entries: unknown = isObject(answer) ? answer[member] : undefined;
  const list: readonly unknown[] = Array.isArray(entries) ? entries : [];
  if (list.length !== 1) {
    throw new ApicallerError(`expected 1 result, got ${list.length}`, {
      code: 'unexpected_result',
      details: { attempted },
    });
  }
  const entry = isObject(list[0]) ? list[0] : {};
  const { error } = entry;
  if (!isObject(error)) return entry;
  const failure = new RequestError({
    message: typeof error['message'] === 'string' ? error['message'] : '',
    code: typeof error['code'] === 'string' ? error['code'] : '',
    info: isObject(error['info']) ? error['info'] : undefined,
  });
  if (!denials.includes(failure.jujuCode)) throw failure;
  throw new ApicallerError('entity operation impossible', { code: 'denied', cause: failure });
}

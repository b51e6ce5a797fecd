import { type Logger, silentLogger } from '@moorline/core';
import type { Agent } from '../agent-config/agent.js';
import type { Connection } from '../client/connection.js';
import { ApicallerError } from '../error.js';
import { hasCode } from '../has-code.js';
import { type AgentFacade, agentFacade } from './agent-facade.js';
import { changePassword } from './change-password.js';
import { connectFallback } from './connect-fallback.js';
import type { ConnectFunc } from './connect-func.js';
import { infoOf } from './only-connect.js';
import { connectImpossible, ErrChangedPassword } from './outcomes.js';

/**
 * Connects as {@link onlyConnect} does, then looks whether the agent is still wanted, and sees to its password: one that
 * came with the machine is replaced, and the connection closed; a current one is set anew (docs/protocol.md §3.5).
 *
 * ```ts
 * const connection = await scaryConnect(agent, apiOpen, { signal });
 * ```
 *
 * @throws ErrChangedPassword: connect again. ApicallerError `connect_impossible`: give up. `api_info_unavailable`,
 * `password_not_reset`, `unexpected_result`, `unknown_life`; what the last attempt, a call or `changeConfig` has failed
 * with; the signal's reason.
 */
export const scaryConnect: ConnectFunc = async (agent, open, options = {}) => {
  const { signal, logger = silentLogger } = options;
  try {
    const { oldPassword, ...config } = snapshot(agent);
    const { connection, fallbackUsed } = await connectFallback(open, config.info, oldPassword, options);
    try {
      if (options.recordsModel === true) await recordModel(agent, connection, logger);
      const facade = agentFacade(connection);
      await checkLife(facade, config.tag, signal);
      if (!fallbackUsed) {
        await resetPassword(facade, config.tag, config.info.password ?? '', signal);
        return connection;
      }
      await changePassword(agent, facade, oldPassword, { signal });
      throw ErrChangedPassword;
    } catch (error) {
      await closeQuietly(connection, logger);
      throw error;
    }
  } catch (error) {
    if (!hasCode(error, 'denied', 'agent_dead', 'unauthorized_access', 'not_provisioned')) throw error;
    logger.error({ err: error }, 'failed to connect to the controller, for good');
    throw connectImpossible(error);
  }
};

function snapshot(agent: Agent): { oldPassword: string; tag: string; info: ReturnType<typeof infoOf> } {
  const config = agent.currentConfig();
  return { oldPassword: config.oldPassword, tag: config.tag, info: infoOf(config) };
}

/** A model that cannot be recorded is none the worse for it: the next connection tries again. */
async function recordModel(agent: Agent, connection: Connection, logger: Logger): Promise<void> {
  if (agent.currentConfig().modelTag !== undefined) return;
  try {
    await agent.changeConfig((setter) => {
      const { modelTag } = connection;
      if (modelTag === undefined) throw new Error('no model uuid set on api');
      setter.migrate({ modelTag });
    });
  } catch (error) {
    logger.warn({ err: error }, 'unable to save model uuid');
  }
}

async function checkLife(facade: AgentFacade, tag: string, signal: AbortSignal | undefined): Promise<void> {
  if ((await facade.life(tag, { signal })) === 'dead') {
    throw new ApicallerError('agent entity is dead', { code: 'agent_dead' });
  }
}

async function resetPassword(
  facade: AgentFacade,
  tag: string,
  password: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  try {
    await facade.setPassword(tag, password, { signal });
  } catch (cause) {
    signal?.throwIfAborted();
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ApicallerError(`can't reset agent password: ${why}`, {
      code: 'password_not_reset',
      isRetryable: true,
      cause,
    });
  }
}

async function closeQuietly(connection: Connection, logger: Logger): Promise<void> {
  try {
    await connection.close();
  } catch (error) {
    logger.warn({ err: error }, 'error while closing the connection to the controller');
  }
}

import { ErrBounce } from '../engine/sentinels.js';
import { isErrChangedPassword, isErrConnectImpossible } from '../strategies/outcomes.js';

/**
 * The filter of an agent's manifolds: a replaced password means to start again at once; where connecting is impossible for
 * good, the error that `terminate` makes is meant to be fatal for the agent (docs/protocol.md §4.1). Others go through.
 *
 * ```ts
 * const filter = agentFilter((cause) => new AgentTerminated('the controller does not want this agent', { cause }));
 * ```
 */
export function agentFilter(terminate: (cause: unknown) => Error): (error: unknown) => unknown {
  return (error) => {
    if (isErrConnectImpossible(error)) return terminate(error);
    return isErrChangedPassword(error) ? ErrBounce : error;
  };
}

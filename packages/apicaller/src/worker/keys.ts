import type { Agent } from '../agent-config/agent.js';
import type { ApiCaller, Connection } from '../client/connection.js';
import { type OutputKey, outputKey } from '../engine/output-key.js';

/** Under which a manifold offers the agent's configuration. */
export const agentKey: OutputKey<Agent> = outputKey<Agent>('Agent');

/** Under which {@link apiCallerManifold} offers its connection to those who only call. */
export const apiCallerKey: OutputKey<ApiCaller> = outputKey<ApiCaller>('APICaller');

/** Under which {@link apiCallerManifold} offers all of its connection. Better take {@link apiCallerKey}; never close it. */
export const connectionKey: OutputKey<Connection> = outputKey<Connection>('Connection');

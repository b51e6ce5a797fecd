import { decodeGoJson } from '../../wire/go-json/decode.js';
import type { Decoded } from '../../wire/go-json/types.js';
import { strongestState } from '../../wire/node-state.js';
import { nodeStatesBody } from '../../wire/request-bodies.js';
import { subClusterOf } from '../../wire/cluster/subcluster-of.js';
import { mayReport } from '../auth/principal.js';
import type { NodeState } from '../backend.js';
import { type Applied, type Refused, refused, type Take } from './outcome.js';

/** States of nodes (docs/protocol.md §3.8): unknown hosts are skipped. */
export const takeNodeStates: Take<Applied | Refused> = async (bytes, principal, { backend, clock, logger }) => {
  const body = decodeGoJson(bytes, nodeStatesBody);
  if (!body.ok) return refused(400, `parsing request body failed: ${body.error}`);
  const { cluster: name = '', nodes: payloads = [] } = body.value ?? {};
  const nodes = payloads.map((payload) => toNodeState(payload ?? {}));
  const foreign = nodes.find(({ hostname }) => !mayReport(principal, name, hostname));
  if (foreign !== undefined) {
    return refused(403, `this token may not report the state of host ${foreign.hostname} of cluster ${name}`);
  }

  const cluster = (await backend.clusters()).find((candidate) => candidate.name === name);
  const known =
    cluster === undefined ? [] : nodes.filter(({ hostname }) => subClusterOf(cluster, hostname) !== undefined);
  if (known.length < nodes.length) {
    logger.warn({ cluster: name, skipped: nodes.length - known.length }, 'node states of unknown hosts skipped');
  }
  if (known.length > 0) await backend.updateNodeStates(name, known, Math.floor(clock.now() / 1000));
  return { outcome: 'applied' };
};

type Payload = NonNullable<NonNullable<Decoded<typeof nodeStatesBody>['nodes']>[number]>;

function toNodeState(payload: Payload): NodeState {
  const {
    hostname = '',
    states = [],
    cpusAllocated = 0,
    memoryAllocated = 0,
    gpusAllocated = 0,
    jobsRunning = 0,
  } = payload;
  const state = strongestState(states.map((word) => word ?? ''));
  return { hostname, state, cpusAllocated, memoryAllocated, gpusAllocated, jobsRunning };
}

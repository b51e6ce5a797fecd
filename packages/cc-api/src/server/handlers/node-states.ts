import type { Decoded } from '../../wire/go-json/types.js';
import { strongestState } from '../../wire/node-state.js';
import { nodeStatesBody } from '../../wire/request-bodies.js';
import { subClusterOf } from '../../wire/cluster/subcluster-of.js';
import { mayReport } from '../auth/principal.js';
import type { NodeState } from '../backend.js';
import { type Handler, readJson } from '../call.js';
import { emptyReply, failure } from '../reply.js';

/** `POST|PUT /api/nodestate/`, `POST /api/healthcheck[/]` (docs/protocol.md §3.8): 200 and no body; unknown hosts are skipped. */
export const updateNodeStates: Handler = async (call) => {
  const { principal, context } = call;
  const body = await readJson(call, nodeStatesBody, 'parsing request body failed');
  if (!body.ok) return body.response;
  const { cluster: name = '', nodes: payloads = [] } = body.value ?? {};
  const nodes = payloads.map((payload) => toNodeState(payload ?? {}));
  const foreign = nodes.find(({ hostname }) => !mayReport(principal, name, hostname));
  if (foreign !== undefined) {
    return failure(403, `this token may not report the state of host ${foreign.hostname} of cluster ${name}`);
  }

  const cluster = (await context.backend.clusters()).find((candidate) => candidate.name === name);
  const known =
    cluster === undefined ? [] : nodes.filter(({ hostname }) => subClusterOf(cluster, hostname) !== undefined);
  if (known.length < nodes.length) {
    context.logger.warn(
      { cluster: name, skipped: nodes.length - known.length },
      'node states of unknown hosts skipped',
    );
  }
  if (known.length > 0) {
    await context.backend.updateNodeStates(name, known, Math.floor(context.clock.now() / 1000));
  }
  return emptyReply();
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

import { badQuery } from '../../wire/query.js';
import type { Handler } from '../call.js';
import { clustersOf, type Principal } from '../principal.js';
import { forbidden, nothing } from '../refusals.js';
import { fillMetricQuery } from './metric-query.js';

export const listClusters: Handler<'listClusters'> = async ({ principal, context }) => {
  const bound = clustersOf(principal);
  const clusters = await context.backend.listClusters();
  return { clusters: clusters.filter(({ name }) => bound?.includes(name) ?? true) };
};

export const listNodes: Handler<'listNodes'> = async ({ principal, params: { cluster = '' }, query, context }) => {
  refuseUnbound(principal, cluster);
  const nodes = await context.backend.listNodes(cluster, [...new Set(query.metric ?? [])]);
  return nodes ?? nothing(`cluster ${cluster}`);
};

export const getNode: Handler<'getNode'> = async ({ principal, params, context }) => {
  const { cluster = '', host = '' } = params;
  refuseUnbound(principal, cluster);
  const answer = (await context.backend.getNode(cluster, host)) ?? nothing(nodeWords(cluster, host));
  const seesMachines = principal.roles.has('admin') || principal.roles.has('support');
  return seesMachines ? answer : { node: answer.node };
};

export const listNodeStates: Handler<'listNodeStates'> = async ({ principal, params, query, context }) => {
  const { cluster = '', host = '' } = params;
  refuseUnbound(principal, cluster);
  const { from, to, limit = 50 } = query;
  if (from !== undefined && to !== undefined && from > to) throw badQuery('"from" is after "to"');
  const states = await context.backend.listNodeStates(cluster, host, { ...query, limit });
  return states ?? nothing(nodeWords(cluster, host));
};

/** Seconds. */
const defaultRange = 3600;

export const getNodeMetrics: Handler<'getNodeMetrics'> = async ({ principal, params, query, context }) => {
  const { cluster = '', host = '' } = params;
  refuseUnbound(principal, cluster);
  const { to = Math.floor(context.clock.now() / 1000) } = query;
  const { from = Math.max(0, to - defaultRange) } = query;
  const metrics = await context.backend.getNodeMetrics(cluster, host, fillMetricQuery({ ...query, from, to }));
  return metrics === undefined ? nothing(nodeWords(cluster, host)) : { metrics };
};

/** A machine's token reads of its own clusters only. */
function refuseUnbound(principal: Principal, cluster: string): void {
  if (clustersOf(principal)?.includes(cluster) === false) {
    throw forbidden(`the token does not reach cluster ${cluster}`, 'send a token that is not bound to clusters');
  }
}

const nodeWords = (cluster: string, host: string): string => `node ${host} of cluster ${cluster}`;

import type { Cluster } from '../../wire/models/cluster.js';
import { mayReport } from '../auth/principal.js';
import type { MetricSample } from '../backend.js';
import { type Handler, readBody } from '../call.js';
import { emptyReply, failure } from '../reply.js';

/** `POST /api/write[/]` (docs/protocol.md §3.9): what comes before an error is stored, then the error answered. */
export const writeMetrics: Handler = async (call) => {
  const { request, principal, context } = call;
  const body = await readBody(call);
  if (!body.ok) return body.response;
  const names = metricNames(await context.backend.clusters());
  const { samples, error } = context.decodeMetrics(body.value, {
    defaultCluster: rawParameter(request.query, 'cluster'),
    now: Math.floor(context.clock.now() / 1000),
    isMetric: (name) => names.has(name),
  });

  const foreign = samples.find(({ cluster, host }) => !mayReport(principal, cluster, host));
  if (foreign !== undefined) {
    return failure(403, `this token may not write metrics of host ${foreign.host} of cluster ${foreign.cluster}`);
  }
  const storable = samples.filter(isStorable);
  if (storable.length < samples.length) {
    context.logger.warn(
      { dropped: samples.length - storable.length },
      'samples without a usable host or cluster dropped',
    );
  }
  if (storable.length > 0) await context.backend.writeSamples(storable);
  return error === undefined ? emptyReply({ 'content-type': 'application/json' }) : failure(400, error);
};

/** Names that are no file names are dropped, as the original does; so is a sample of no host. */
function isStorable({ cluster, host }: MetricSample): boolean {
  return host !== '' && !unsafe.test(host) && !unsafe.test(cluster);
}

const unsafe = /\.\.|[/\\]/;

const namesOf = new WeakMap<readonly Cluster[], ReadonlySet<string>>();

/** The metrics of all clusters, made once for each list that the backend answers. */
function metricNames(clusters: readonly Cluster[]): ReadonlySet<string> {
  const known = namesOf.get(clusters);
  if (known !== undefined) return known;
  const names = new Set(clusters.flatMap(({ metricConfig }) => metricConfig.map(({ name }) => name)));
  namesOf.set(clusters, names);
  return names;
}

/** The original takes this parameter as it stands, percent signs included. */
function rawParameter(query: string, name: string): string {
  const pair = query.split('&').find((part) => part.startsWith(`${name}=`));
  return pair?.slice(name.length + 1) ?? '';
}

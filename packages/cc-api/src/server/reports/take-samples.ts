import type { Cluster } from '../../wire/models/cluster.js';
import { mayReport, type Principal } from '../auth/principal.js';
import type { MetricSample } from '../backend.js';
import type { DecodeMetrics } from '../decode-metrics.js';
import { type Applied, type Refused, refused, type ReportContext } from './outcome.js';

/** What samples need beside. */
export interface SampleContext extends ReportContext {
  decodeMetrics: DecodeMetrics;
}

/** Metric lines (docs/protocol.md §3.9): what comes before an error is stored. @param defaultCluster of the lines that name none. */
export async function takeSamples(
  bytes: Uint8Array,
  defaultCluster: string,
  principal: Principal,
  { backend, decodeMetrics, clock, logger }: SampleContext,
): Promise<Applied | Refused> {
  const names = metricNames(await backend.clusters());
  const { samples, error } = decodeMetrics(bytes, {
    defaultCluster,
    now: Math.floor(clock.now() / 1000),
    isMetric: (name) => names.has(name),
  });

  const foreign = samples.find(({ cluster, host }) => !mayReport(principal, cluster, host));
  if (foreign !== undefined) {
    return refused(403, `this token may not write metrics of host ${foreign.host} of cluster ${foreign.cluster}`);
  }
  const storable = storableOf(samples);
  if (storable.length < samples.length) {
    logger.warn({ dropped: samples.length - storable.length }, 'samples without a usable host or cluster dropped');
  }
  if (storable.length > 0) await backend.writeSamples(storable);
  return error === undefined ? { outcome: 'applied' } : refused(400, error);
}

/** Names that are no file names are dropped, as the original does; so is a sample of no host. */
function storableOf(samples: readonly MetricSample[]): readonly MetricSample[] {
  // Lines of one host come behind each other: its names are looked at once.
  let [cluster, host, isStorable] = ['', '', false];
  const isOne = (sample: MetricSample): boolean => {
    if (sample.host !== host || sample.cluster !== cluster) {
      ({ cluster, host } = sample);
      isStorable = host !== '' && !unsafe.test(host) && !unsafe.test(cluster);
    }
    return isStorable;
  };
  return samples.every(isOne) ? samples : samples.filter(isOne);
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

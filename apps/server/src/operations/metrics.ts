import type { StoreStats } from '@moorline/cc-store';
import type { LiveFeed } from '@moorline/control-api/server';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { addLiveMetrics } from '../control-api/live-metrics.js';
import type { ControllerCounts } from '../controller/controller-counts.js';
import { addControllerMetrics } from '../controller/controller-metrics.js';
import { addDaemonMetrics } from '../daemons/daemon-metrics.js';
import type { Daemons } from '../daemons/daemons.js';
import type { EventIntake } from '../nats/event-intake.js';
import { addSessionMetrics } from '../sessions/session-metrics.js';
import type { Sessions } from '../sessions/sessions.js';
import { addIntakeMetrics } from '../nats/intake-metrics.js';

export interface ServerMetrics {
  /** One answered request. @param route a pattern, not a path. */
  answered(request: { method: string; route: string; status: number; seconds: number }): void;
  /** Prometheus' text format. */
  text(): Promise<string>;
  readonly contentType: string;
}

/** What has counts of its own. */
export interface MeteredParts {
  intake?: EventIntake | undefined;
  daemons?: Pick<Daemons, 'counts'> | undefined;
  sessions?: Pick<Sessions, 'counts'> | undefined;
  live?: Pick<LiveFeed, 'subscribers' | 'counts'> | undefined;
  controller?: { readonly counts: ControllerCounts } | undefined;
}

/** Counts of this server and of its store, and what the process uses. */
export function createMetrics(
  stats: () => Promise<StoreStats>,
  { intake, daemons, sessions, controller, live }: MeteredParts = {},
): ServerMetrics {
  const registry = new Registry();
  if (daemons !== undefined) addDaemonMetrics(registry, daemons);
  if (sessions !== undefined) addSessionMetrics(registry, sessions);
  if (controller !== undefined) addControllerMetrics(registry, controller);
  if (live !== undefined) addLiveMetrics(registry, live);
  if (intake !== undefined) addIntakeMetrics(registry, intake);
  const registers = [registry];
  const requests = new Histogram({
    name: 'moorline_http_request_duration_seconds',
    help: 'Answered requests by method, route and status',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10, 60],
    registers,
  });
  const readings = storeReadings.map(({ type, name, help, read }) => {
    const metric = new (type === 'counter' ? Counter : Gauge)({ name, help, registers });
    return (now: StoreStats) => {
      metric.reset();
      metric.inc(read(now));
    };
  });
  const all = Registry.merge([registry, processMetrics()]);
  return {
    answered({ method, route, status, seconds }) {
      requests.observe({ method: knownMethods.has(method) ? method : 'other', route, status }, seconds);
    },
    async text() {
      const now = await stats();
      for (const take of readings) take(now);
      return all.metrics();
    },
    contentType: registry.contentType,
  };
}

/** Their observers live as long as the process, so there is one registry of them. */
let ofProcess: Registry | undefined;

function processMetrics(): Registry {
  if (ofProcess === undefined) {
    ofProcess = new Registry();
    collectDefaultMetrics({ register: ofProcess });
  }
  return ofProcess;
}

const knownMethods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

interface Reading {
  type: 'counter' | 'gauge';
  name: string;
  help: string;
  read(stats: StoreStats): number;
}

const counter = (name: string, help: string, read: Reading['read']): Reading => ({ type: 'counter', name, help, read });
const gauge = (name: string, help: string, read: Reading['read']): Reading => ({ type: 'gauge', name, help, read });

const storeReadings: readonly Reading[] = [
  gauge('moorline_jobs', 'Jobs that are stored', ({ jobs }) => jobs),
  gauge('moorline_jobs_running', 'Jobs that run now', ({ runningJobs }) => runningJobs),
  gauge('moorline_archive_queue', 'Stopped jobs that are not archived yet', ({ archiveQueue }) => archiveQueue),
  gauge('moorline_nodes', 'Nodes that have reported a state', ({ nodes }) => nodes),
  gauge('moorline_machines', 'Machines that have enrolled', ({ machines }) => machines),
  gauge('moorline_metric_series', 'Series of metrics that are known', ({ metrics }) => metrics.series),
  gauge('moorline_metric_journal_bytes', 'Samples that wait to be folded', ({ metrics }) => metrics.journalBytes),
  counter('moorline_metric_samples_total', 'Samples taken', ({ metrics }) => metrics.samples),
  counter('moorline_metric_samples_dropped_total', 'Samples of unknown clusters', ({ metrics }) => metrics.dropped),
  counter('moorline_store_commits_total', 'Transactions of writes', ({ commits }) => commits),
  counter('moorline_store_writes_total', 'Writes in those transactions', ({ writes }) => writes),
  counter('moorline_store_write_seconds_total', 'Time inside those transactions', ({ writeMs }) => writeMs / 1000),
  counter('moorline_store_reads_total', 'Statements that read', ({ reads }) => reads),
  counter('moorline_store_read_seconds_total', 'Time inside the driver while reading', ({ readMs }) => readMs / 1000),
  gauge('moorline_store_bytes', 'Size of the database', ({ fileBytes }) => fileBytes),
];

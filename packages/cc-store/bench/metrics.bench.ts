/**
 * Samples through journal and catalog, bodies of 1,000 from 8 callers at once, and single ones from 32, against a bare blob of the same size
 * inserted with the same durability. Then how fast the journal is folded, and how a job's metrics are read.
 */
import type { MetricSample } from '@moorline/cc-api/server';
import { measure, report } from '../../../tools/bench/harness.js';
import { epoch, job } from '../test/fixtures.js';
import { bareDatabase, freshStore } from './support.js';

const hosts = Array.from({ length: 1000 }, (_, index) => `n${String(index).padStart(4, '0')}`);
const metrics = Array.from({ length: 8 }, (_, index) => `metric_${index}`);
const store = await freshStore('store.db');
const bare = await bareDatabase('bare.db');
const insert = bare.prepare('insert into journal (batch) values (?)');

let step = 0;
const body = (metric: string, time: number): MetricSample[] =>
  hosts.map((host, index) => ({ cluster: 'demo', host, metric, time, value: ((index * 37 + time) % 1000) / 100 }));

/** The bodies are made beforehand: what is measured is the store. */
const bodies = metrics.map((metric) => body(metric, epoch));
const write8000 = async (): Promise<void> => {
  const time = epoch + 10 * ++step;
  for (const samples of bodies) for (const sample of samples) sample.time = time;
  await Promise.all(bodies.map((samples) => store.backend.writeSamples(samples)));
};
await write8000();
const bytesPerSample = 12;
const blob = new Uint8Array(8000 * bytesPerSample);
const small = new Uint8Array(32 * bytesPerSample);
const bareBlob = (bytes: Uint8Array) => (): void => {
  bare.exec('BEGIN IMMEDIATE');
  insert.run([bytes]);
  bare.exec('COMMIT');
};

const many = await measure({ store: write8000, bare: bareBlob(blob) }, { calls: 12, rounds: 7, warmUpMs: 100 });
report({
  name: 'samples, 8 × 1,000 at once',
  unit: 'samples/s',
  ours: many.store.perSecond * 8000,
  peer: { name: 'bare blob, same fsync', value: many.bare.perSecond * 8000 },
  goal: '≥ 400000 samples/s',
});

const write32 = async (): Promise<void> => {
  const time = epoch + 10 * ++step;
  await Promise.all(
    hosts
      .slice(0, 32)
      .map((host) => store.backend.writeSamples([{ cluster: 'demo', host, metric: 'metric_0', time, value: 1.5 }])),
  );
};
const few = await measure({ store: write32, bare: bareBlob(small) }, { calls: 100, rounds: 7 });
report({
  name: 'samples, 32 × 1 at once',
  unit: 'samples/s',
  ours: few.store.perSecond * 32,
  peer: { name: 'bare blob, same fsync', value: few.bare.perSecond * 32 },
  goal: '≥ 5000 samples/s',
});

await store.compact();
for (let round = 0; round < 30; round++) await write8000();
const before = (await store.stats()).metrics.journalSamples;
const startedAt = performance.now();
await store.compact();
report({
  name: `folding ${before} samples of 8,000 series`,
  unit: 'samples/s',
  ours: (before / (performance.now() - startedAt)) * 1000,
});
const { fileBytes, metrics: counts } = await store.stats();
report({ name: 'file, with all tables', unit: 'bytes/sample', ours: fileBytes / counts.samples });

await store.clusters.putCluster({
  name: 'demo',
  metricConfig: metrics.map((name) => ({
    name,
    unit: { base: '' },
    ...{ peak: 0, normal: 0, caution: 0, alert: 0, energy: '', restrict: false, lowerIsBetter: false },
    scope: 'node' as const,
    aggregation: 'avg' as const,
    timestep: 10,
  })),
  subClusters: store.clusters.list()[0]?.subClusters ?? [],
});
await store.backend.startJob(job(1, { numNodes: 16, resources: hosts.slice(0, 16).map((hostname) => ({ hostname })) }));
await store.backend.stopJob({ jobId: 1, stopTime: epoch + 10 * step, jobState: 'completed' }, () => true);
const found = await store.backend.getJob(1, { jobs: 'all' });
if (found === undefined) throw new Error('the job is there');
const read = await measure({ job: () => store.backend.jobMetrics(found, [], ['node']) }, { rounds: 5 });
report({ name: `metrics of a job, 16 nodes × 8 metrics × ${step} steps`, unit: 'ms', ours: read.job.msPerCall });
await store.close();
bare.close();

/**
 * The store on a Postgres server of the benchmark's own whose commits wait for the disk: starts and stops, 32 at once, against the
 * same rows from one bare connection, a transaction for 32; samples; and lists. Postgres works on the same cores.
 */
import { openStore } from '@moorline/cc-store';
import pg from 'pg';
import { measure, notAvailable, report } from '../../../tools/bench/harness.js';
import { postgresFolder, startPostgres } from '../../../tools/testenv/postgres.js';
import { demo, epoch, everything, job } from '../test/fixtures.js';

const atOnce = 32;

if (postgresFolder() === undefined) {
  notAvailable({ name: 'Postgres', reason: 'no initdb and pg_ctl: install postgresql' });
} else {
  const postgres = await startPostgres(true);
  try {
    await compare(postgres.url);
  } finally {
    postgres.stop();
  }
}

async function compare(url: string): Promise<void> {
  const store = await openStore({ postgres: { url } });
  const { backend } = store;
  await store.clusters.putCluster(demo);
  // The same tables in another schema.
  await (await openStore({ postgres: { url, schema: 'bare' } })).close();
  const bare = new pg.Client({ connectionString: `${url}?options=${encodeURIComponent('-c search_path=bare')}` });
  await bare.connect();
  const peer = 'bare pg, same rows and fsync';
  const count = { started: 0, stopped: 0, bare: 0, bareStopped: 0, asked: 0 };
  const allAtOnce = (one: () => Promise<unknown>) => () => Promise.all(Array.from({ length: atOnce }, one));
  const inTransaction = (one: () => Promise<unknown>) => async () => {
    await bare.query('begin');
    for (let left = atOnce; left > 0; left--) await one();
    await bare.query('commit');
  };

  const starts = await measure(
    {
      store: allAtOnce(() => {
        const jobId = ++count.started;
        return backend.startJob(job(jobId, { startTime: epoch + jobId }));
      }),
      bare: inTransaction(() => {
        const jobId = ++count.bare;
        const { cluster, project, user, resources, ...rest } = job(jobId);
        return bare.query({
          name: 'start',
          text: `insert into job (cluster, job_id, start_time, state, project, user_name, duration, resources, document)
            values ($1, $2, $3, 'running', $4, $5, 0, $6, $7) returning id`,
          values: [cluster, jobId, epoch + jobId, project, user, JSON.stringify(resources), JSON.stringify(rest)],
        });
      }),
    },
    { calls: 60, rounds: 7 },
  );
  report({
    name: 'starts',
    unit: 'starts/s',
    ours: starts.store.perSecond * atOnce,
    peer: { name: peer, value: starts.bare.perSecond * atOnce },
  });

  const stops = await measure(
    {
      store: allAtOnce(async () => {
        const stop = { jobId: ++count.stopped, cluster: 'demo', stopTime: epoch * 2, jobState: 'completed' } as const;
        const { outcome } = await backend.stopJob(stop, () => true);
        if (outcome !== 'stopped') throw new Error(outcome);
      }),
      bare: inTransaction(() =>
        bare.query({
          name: 'stop',
          text: "update job set state = 'completed', duration = $2 - start_time where job_id = $1 and cluster = 'demo'",
          values: [++count.bareStopped, epoch * 2],
        }),
      ),
    },
    { calls: 40, rounds: 5, warmUpMs: 20 },
  );
  report({
    name: 'stops',
    unit: 'stops/s',
    ours: stops.store.perSecond * atOnce,
    peer: { name: peer, value: stops.bare.perSecond * atOnce },
  });

  const hosts = Array.from({ length: 1000 }, (_, index) => `n${String(index).padStart(4, '0')}`);
  const writeSamples = () => {
    const time = epoch + 10 * ++count.asked;
    return backend.writeSamples(hosts.map((host) => ({ cluster: 'demo', host, metric: 'load_one', time, value: 1.5 })));
  };
  const samples = await measure({ store: writeSamples }, { calls: 20, rounds: 5 });
  report({ name: 'samples, 1,000 at once', unit: 'samples/s', ours: samples.store.perSecond * hosts.length });

  const reads = await measure(
    {
      page: () =>
        backend.listJobs({}, { page: 1 + (++count.asked % 40), itemsPerPage: 25 }, everything, { metaData: false }),
      byId: () => backend.getJob(1 + (++count.asked % count.started), everything),
    },
    { rounds: 5 },
  );
  report({ name: 'list of 25, any page', unit: 'lists/s', ours: reads.page.perSecond });
  report({ name: 'any job by id', unit: 'jobs/s', ours: reads.byId.perSecond });
  await bare.end();
  await store.close();
}

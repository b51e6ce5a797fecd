import { describe, expect, it } from 'vitest';
import { soak } from '../../tools/testenv/scale.js';
import { temporaryFolder } from '../../tools/testenv/temporary-folder.js';
import { type Load, runRound } from './crash/load.js';
import { createRandom } from './crash/random.js';
import { placeOnPostgres } from './crash/postgres-place.js';
import { type Place, startServers } from './crash/servers.js';
import { timestep } from './crash/tracked-job.js';
import { verify, verifyArchive } from './crash/verify.js';

const kills = soak(3, 100);
const isWhole = soak(false, true);
/** `MOORLINE_SEED` repeats a run's choices; when answers come is not in its hands. */
const seed = Number(process.env['MOORLINE_SEED'] ?? Date.now() % 2 ** 31);
/** Seconds: what runs for a day or more would be shown by its averages. */
const longestRun = 72_000;

describe(`kill -9 under load, ${kills} times (MOORLINE_SEED=${seed})`, { timeout: soak(120_000, 86_400_000) }, () => {
  it('of a server on a file loses nothing that was answered, and leaves nothing half done', async () => {
    await killAgainAndAgain({
      servers: 1,
      folder: temporaryFolder(),
      env: () => ({}),
      settled: async () => undefined,
    });
  });

  it('of one of two servers on Postgres loses nothing that either answered, and holds nobody up', async () => {
    await killAgainAndAgain({ servers: 2, folder: temporaryFolder(), ...(await placeOnPostgres()) });
  });
});

async function killAgainAndAgain(place: Place): Promise<void> {
  const random = createRandom(seed);
  const servers = await startServers(place);
  const longAgo = Math.floor(Date.now() / 1000) - longestRun;
  const load: Load = { servers, random, jobs: [], firstStart: longAgo - (longAgo % timestep) };
  for (let kill = 1; kill <= kills; kill++) {
    const victim = servers[random.below(servers.length)];
    if (victim === undefined) throw new Error('there are no servers');
    const touched = await runRound(load, {
      ...{ victim, killAfter: 1 + random.below(300), killDelayMs: random.below(4) },
      answersAfter: servers.length === 1 ? Infinity : 50 + random.below(100),
    });
    await victim.start();
    await verify(load, touched);
    // A process of its own: in the sample once is enough.
    if (kill === kills || isWhole) await victim.check();
  }
  expect(load.jobs.length).toBeGreaterThan(kills * 5);
  await verify(load, load.jobs);
  await verifyArchive(load);
  await verify(load, load.jobs);
  await Promise.all(servers.map((server) => server.kill()));
}

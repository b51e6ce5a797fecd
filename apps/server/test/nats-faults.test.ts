import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jetstreamManager } from '@nats-io/jetstream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeCertificate } from '../../../tools/testenv/certificates.js';
import { hasNatsServer, type NatsServer, startNatsServer } from '../../../tools/testenv/nats-server.js';
import { soak } from '../../../tools/testenv/scale.js';
import { temporaryFolder } from '../../../tools/testenv/temporary-folder.js';
import { type RunningProgram, serve } from './child.js';
import {
  consuming,
  describeCluster,
  intakeOf,
  type Reached,
  type Reporter,
  reporter,
  start,
  stop,
  storedJobs,
  together,
  until,
} from './nats/support.js';
import { get, startTestServer } from './support.js';

const jobs = soak(300, 20_000);
const ids = Array.from({ length: jobs }, (_, index) => index + 1);
/** What the server lists in the end: each job once, ended as it was told. */
const everyJob = ids.map((jobId) => ({ jobId, jobState: 'completed', duration: 60 }));
const sorted = async (server: Reached) => (await storedJobs(server)).sort((a, b) => a.jobId - b.jobId);
const sum = ({ counts }: { counts: Record<string, number> }, ...names: string[]) =>
  names.reduce((total, name) => total + (counts[name] ?? 0), 0);

describe.skipIf(!hasNatsServer)('events over NATS', { timeout: soak(180_000, 900_000) }, () => {
  let nats: NatsServer;
  let dataDir = '';
  const senders: Reporter[] = [];
  beforeEach(async () => {
    nats = await startNatsServer();
    dataDir = temporaryFolder();
  });
  afterEach(async () => {
    for (const sender of senders.splice(0)) await sender.connection.close();
    await nats.remove();
  });
  const url = () => `nats://127.0.0.1:${nats.port}`;
  const sender = async () => {
    const opened = await reporter(nats.port);
    senders.push(opened);
    return opened;
  };
  const serveThere = async (...flags: string[]): Promise<RunningProgram & Reached> => {
    const program = await serve(['--data-dir', dataDir, '--port', '0', '--nats', url(), ...flags]);
    return { ...program, dataDir };
  };
  /** Stops before their starts. */
  const publishAll = ({ jobs }: Reporter) =>
    jobs.publish(together([...ids.map((jobId) => stop(jobId)), ...ids.map((jobId) => start(jobId))]));

  /** Some more jobs with each kill. */
  const storedBefore = (server: Reached, kill: number) =>
    until(
      () => storedJobs(server),
      (stored) => stored.length >= (kill * jobs) / soak(3, 12),
    );

  it.each(['SIGKILL', 'SIGTERM'] as const)('are each applied once, while the server ends by %s', async (signal) => {
    let server = await serveThere();
    await describeCluster(server);
    await consuming(server);
    const reporting = await sender();
    const published = publishAll(reporting);
    for (let kill = 1; kill <= soak(1, 10); kill++) {
      await storedBefore(server, kill);
      server.child.kill(signal);
      expect(await server.ended).toMatchObject(signal === 'SIGTERM' ? { code: 0 } : { signal });
      server = await serveThere();
    }
    await published;
    await reporting.taken();
    expect(await sorted(server)).toEqual(everyJob);
    server.child.kill('SIGTERM');
    expect(await server.ended).toMatchObject({ code: 0 });
  });

  it('are each applied once, while the NATS server is killed and comes back', async () => {
    await using server = await startTestServer({ nats: url() });
    await describeCluster(server);
    await consuming(server);
    const reporting = await sender();
    const published = publishAll(reporting);
    for (let kill = 1; kill <= soak(1, 10); kill++) {
      await storedBefore(server, kill);
      await nats.kill();
      await until(
        () => intakeOf(server),
        ({ state }) => state === 'down',
      );
      expect((await get(`${server.url}/readyz`)).status).toBe(200);
      await nats.start();
    }
    await published;
    await reporting.taken();
    expect(await sorted(server)).toEqual(everyJob);
  });

  it('wait for a NATS server that comes later, and for a cluster that is described later', async () => {
    const { port } = nats;
    await nats.kill();
    await using server = await startTestServer({ nats: url() });
    await until(
      () => intakeOf(server),
      ({ state }) => state === 'down',
    );
    expect(await (await get(`${server.url}/readyz`)).json()).toEqual({ status: 'ready', nats: 'down' });
    expect(await intakeOf(server)).toMatchObject({ problem: expect.stringContaining('nats_failed') });
    await nats.start();
    expect(nats.port).toBe(port);
    await consuming(server);
    const reporting = await sender();
    await reporting.jobs.publish(together([start(1), stop(1)]));
    await until(
      () => intakeOf(server),
      (intake) => sum(intake, 'early') > 0,
    );
    await describeCluster(server);
    await reporting.taken();
    expect(await storedJobs(server)).toEqual(everyJob.slice(0, 1));
    const metrics = await (await get(`${server.url}/metrics`)).text();
    expect(metrics).toContain('moorline_nats_consuming 1');
    expect(metrics).toContain('moorline_nats_events_total{outcome="applied"} 2');
  });

  it('that can never be applied end among the dead letters, with the reason', async () => {
    await using server = await startTestServer({ nats: url(), natsWait: '500ms' });
    await describeCluster(server);
    await consuming(server);
    const reporting = await sender();
    await reporting.jobs.publish(together([start(1), stop(2)]));
    reporting.connection.publish('cc.job.event', 'job,function=start_job event=oops 5');
    reporting.connection.publish('cc.node.state', start(3));
    await reporting.connection.flush();
    const { streams } = await jetstreamManager(reporting.connection);
    const { state } = await until(
      () => streams.info('MOORLINE_DEAD'),
      ({ state }) => state.messages === 3,
    );
    const reasons = await Promise.all(
      [1, 2, 3].map(async (seq) =>
        (await streams.getMessage('MOORLINE_DEAD', { seq }))?.header.get('Moorline-Dead-Letter-Reason'),
      ),
    );
    expect(state.messages).toBe(3);
    expect(reasons.sort()).toEqual([
      expect.stringMatching(/^entry 1: syntax: at line 1:/),
      'start_job: not on cc.node.state',
      'stop_job of job 2 on c: finding job failed: sql: no rows in result set',
    ]);
    await until(
      () => intakeOf(server),
      (intake) => sum(intake, 'applied', 'refused', 'unreadable', 'givenUp') === 4,
    );
  });

  it('go on after the NATS server has lost its storage, and that is reported', async () => {
    await using server = await startTestServer({ nats: url() });
    await describeCluster(server);
    await consuming(server);
    const reporting = await sender();
    await reporting.jobs.publish(start(1));
    await reporting.taken();
    await nats.kill();
    await nats.start('empty');
    await until(
      () => intakeOf(server),
      (intake) => sum(intake, 'lostStreams') > 0,
    );
    await reporting.jobs.publish(start(2));
    await until(
      () => storedJobs(server),
      (stored) => stored.length === 2,
    );
  });

  it('use a stream that is there as it is', async () => {
    const reporting = await sender();
    const { streams } = await jetstreamManager(reporting.connection);
    const { config } = await streams.add({ name: 'MOORLINE_JOBS', subjects: ['cc.job.>'], max_msgs: 1000 });
    await using server = await startTestServer({ nats: url() });
    await describeCluster(server);
    await consuming(server);
    await reporting.jobs.publish(start(1));
    await until(
      () => storedJobs(server),
      (stored) => stored.length === 1,
    );
    expect((await streams.info('MOORLINE_JOBS')).config).toEqual(config);
    expect(server.logger.records.map(({ message }) => message)).toContain(
      'a stream is there already, and is used as it is',
    );
  });

  it('come without JetStream too, a stop before its start as well', async () => {
    await using server = await startTestServer({ nats: url(), natsPlain: 'true' });
    await describeCluster(server);
    await consuming(server);
    const { connection } = await sender();
    for (const message of [stop(1), start(1), start(1)]) connection.publish('cc.job.event', message);
    connection.publish('cc.metrics.c', `load_one,hostname=n1 value=1 ${Math.floor(Date.now() / 1000)}\n`);
    await until(
      () => intakeOf(server),
      (intake) => sum(intake, 'applied', 'duplicate') === 4,
    );
    expect(await storedJobs(server)).toEqual(everyJob.slice(0, 1));
    const names: string[] = [];
    for await (const name of (await jetstreamManager(connection)).streams.names()) names.push(name);
    expect(names).toEqual([]);
  });
});

describe.skipIf(!hasNatsServer)('a NATS server that refuses', () => {
  const passwordFile = (password: string): string => {
    const file = join(temporaryFolder(), 'password');
    writeFileSync(file, password);
    return file;
  };

  it('the trust of this server is named as such; with its certificate events are taken over TLS', async () => {
    const { cert, key } = await makeCertificate();
    const folder = temporaryFolder();
    const natsCaFile = join(folder, 'nats.crt');
    writeFileSync(natsCaFile, cert);
    writeFileSync(join(folder, 'nats.key'), key);
    const nats = await startNatsServer(`tls { cert_file: "${natsCaFile}", key_file: "${join(folder, 'nats.key')}" }`);
    const flags = { nats: `tls://127.0.0.1:${nats.port}` };
    {
      await using server = await startTestServer(flags);
      const { problem } = await until(
        () => intakeOf(server),
        ({ state }) => state === 'down',
      );
      expect(problem).toMatch(/^nats_untrusted: connecting to tls:/);
    }
    await using server = await startTestServer({ ...flags, natsCaFile });
    expect(await consuming(server)).toMatchObject({ state: 'consuming' });
    await nats.remove();
  });

  it('credentials is named as such, without them', async () => {
    const nats = await startNatsServer('authorization { users: [{ user: a, password: right }] }');
    const flags = {
      nats: `nats://127.0.0.1:${nats.port}`,
      natsUser: 'a',
      natsPasswordFile: passwordFile('geheim-4711'),
    };
    await using server = await startTestServer(flags);
    const { problem } = await until(
      () => intakeOf(server),
      ({ state }) => state === 'down',
    );
    expect(problem).toMatch(/^authorization_failed: /);
    expect(server.logger.text()).not.toContain('geheim');
    await nats.remove();
  });

  it.each(['true', 'false'])('a subject is named as such (without JetStream: %s)', async (natsPlain) => {
    const nats = await startNatsServer(`
      authorization { users: [
        { user: a, password: right, permissions: { publish: ["$JS.>", "dead.>"], subscribe: ["cc.node.>", "cc.metrics.>"] } }
      ] }`);
    const flags = { nats: `nats://127.0.0.1:${nats.port}`, natsUser: 'a', natsPasswordFile: passwordFile('right') };
    await using server = await startTestServer({ ...flags, natsPlain });
    const { problem } = await until(
      () => intakeOf(server),
      ({ state }) => state === 'down',
    );
    expect(problem).toMatch(/^permission_denied: /);
    await nats.remove();
  });

  it('JetStream is named as such', async () => {
    const nats = await startNatsServer(`
      accounts { PLAIN: { users: [{ user: a, password: right }] } }`);
    const flags = { nats: `nats://127.0.0.1:${nats.port}`, natsUser: 'a', natsPasswordFile: passwordFile('right') };
    await using server = await startTestServer(flags);
    const { problem } = await until(
      () => intakeOf(server),
      ({ state }) => state === 'down',
    );
    expect(problem).toMatch(/^no_stream: /);
    await nats.remove();
  });
});

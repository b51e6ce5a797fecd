import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createEngine, type Engine, manifold, rankedErrors, valueWorker } from '@moorline/apicaller/engine';
import { openSpool, type Spool, type SpoolEntry } from '@moorline/cc-store/spool';
import { createRecordingLogger, type RecordingLogger } from '@moorline/core/testing';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { makeCertificate } from '../../../tools/testenv/certificates.js';
import { hasNatsServer, type NatsServer, startNatsServer } from '../../../tools/testenv/nats-server.js';
import { soak } from '../../../tools/testenv/scale.js';
import { temporaryFolder } from '../../../tools/testenv/temporary-folder.js';
import { createBell } from '../src/bell.js';
import { markDescribed } from '../src/described-mark.js';
import { metricsEntry, nodeStateEntry, startEntry, stopEntry } from '../src/messages.js';
import { readSettings } from '../src/settings.js';
import { natsDeliveryManifold } from '../src/workers/delivery.js';
import { sessionKey } from '../src/workers/identity.js';
import { settingsKey } from '../src/workers/settings.js';
import { natsManifold } from '../src/workers/nats.js';
import { spoolKey } from '../src/workers/spool.js';
import { startAgent } from './support/agent.js';
import { startControlPlane, testMachine } from './support/control-plane.js';
import { enrolledDataDir } from './support/data-dir.js';
import { eventsOf, type NatsAdmin, natsAdmin } from './support/nats.js';
import { until } from './support/until.js';
import { offering, session } from './support/worker-inputs.js';

// Processes are started, and the machine may have others to run.
vi.setConfig({ testTimeout: soak(120_000, 600_000) });

const startTime = 1_700_000_000;
const { cluster } = testMachine;

const start = (jobId: number, metaData: Record<string, string> = {}): SpoolEntry =>
  startEntry({
    jobId,
    cluster,
    user: 'alice',
    numNodes: 1,
    resources: [{ hostname: 'n1' }],
    startTime,
    metaData,
  });
const stop = (jobId: number): SpoolEntry =>
  stopEntry({ jobId, cluster, startTime, stopTime: startTime + 10, jobState: 'completed' });
const state = (word: string): SpoolEntry =>
  nodeStateEntry({ cluster, nodes: [{ hostname: 'n1', states: [word] }] }, startTime);
const load = (time: number): SpoolEntry =>
  metricsEntry(Buffer.from(`cpu_load,cluster=${cluster},hostname=n1,type=node value=1 ${time}\n`));
const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

let dataDir: string;
let spool: Spool;
let logger: RecordingLogger;
let server: NatsServer;
let admin: NatsAdmin;

beforeEach(() => {
  dataDir = temporaryFolder();
  logger = createRecordingLogger();
});

async function serve(configuration = '', options = {}): Promise<void> {
  server = await startNatsServer(configuration);
  onTestFinished(() => server.remove());
  admin = await natsAdmin(server, options);
  onTestFinished(() => admin.close());
}

/** Delivers the spool until the test is over; the control plane itself is not there. */
async function deliver(flags: Record<string, unknown> = {}): Promise<Engine> {
  spool = await openSpool({ path: join(dataDir, 'spool.db'), logger });
  const settings = readSettings({ dataDir, nats: `nats://127.0.0.1:${server.port}`, ...flags }, {});
  const engine = createEngine({ ...rankedErrors(() => 0), errorDelayMs: 50, maxDelayMs: 100, logger });
  engine.installAll({
    spool: offering(spoolKey, spool),
    identity: offering(sessionKey, session),
    settings: offering(settingsKey, settings),
    nats: natsManifold(settings, logger),
    delivery: natsDeliveryManifold(settings, createBell(), logger),
  });
  onTestFinished(async () => {
    await engine.stop();
    await spool.close();
  });
  return engine;
}

const isEmpty = async (): Promise<boolean> => (await spool.stats()).entries === 0;
const warned = (text: string) => (): boolean => logger.text().includes(text);

/** Every event is there once, each start before its stop. */
async function expectJobs(jobs: readonly number[]): Promise<void> {
  const messages = await admin.read('JOBS');
  const ids = messages.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const events = eventsOf(messages);
  expect([...events].sort()).toEqual(jobs.flatMap((id) => [`start_job ${id}`, `stop_job ${id}`]).sort());
  for (const id of jobs) expect(events.indexOf(`start_job ${id}`)).toBeLessThan(events.indexOf(`stop_job ${id}`));
}

describe.skipIf(!hasNatsServer)('the delivery over NATS', () => {
  it('stores every event once, a start before its stop, and each kind under its subject', async () => {
    await serve();
    await admin.addStream('JOBS', 'cc.job.event');
    await admin.addStream('STATES', 'cc.node.state');
    await admin.addStream('METRICS', 'cc.metrics.*');
    markDescribed(dataDir, testMachine);
    await deliver();
    await spool.append([...range(50).map((id) => start(id)), ...range(50).map((id) => stop(id)), start(1), stop(1)]);
    await spool.append([state('idle'), state('allocated'), load(startTime), load(startTime + 60)]);
    await until(isEmpty);
    await expectJobs(range(50));
    expect((await admin.read('STATES')).map(({ text }) => text)).toEqual([expect.stringContaining('allocated')]);
    const metrics = await admin.read('METRICS');
    expect(new Set(metrics.map(({ subject }) => subject))).toEqual(new Set([`cc.metrics.${cluster}`]));
    expect(metrics.map(({ text }) => text).join('')).toMatch(/ 1700000000\n.* 1700000060\n$/);
  });

  it('begins when the control plane knows the machine, once: afterwards it does without', async () => {
    await serve();
    await admin.addStream('JOBS', 'cc.job.event');
    const engine = await deliver();
    await spool.append([start(1), stop(1)]);
    await until(() => /"describe" not running/.test(engine.status().manifolds['delivery']?.lastError?.message ?? ''));
    expect(await admin.count('JOBS')).toBe(0);
    engine.install('describe', manifold({ start: () => valueWorker(undefined) }));
    await until(isEmpty);
    await expectJobs([1]);
  });

  it('loses and doubles nothing while the server is killed again and again', async () => {
    const jobs = range(soak(300, 5000));
    await serve();
    await admin.addStream('JOBS', 'cc.job.event');
    markDescribed(dataDir, testMachine);
    await deliver();
    const kills = soak(2, 20);
    const perKill = Math.ceil(jobs.length / kills);
    for (let first = 0; first < jobs.length; first += perKill) {
      const some = jobs.slice(first, first + perKill);
      const before = await admin.count('JOBS');
      await spool.append([...some.map((id) => start(id)), ...some.map((id) => stop(id))]);
      await until(async () => (await admin.count('JOBS')) > before);
      await server.kill();
      await server.start();
    }
    await until(isEmpty);
    await expectJobs(jobs);
    expect(logger.text()).toContain('the NATS server is gone; connecting again');
    expect(logger.text()).toContain('connected to NATS again');
  });

  it('keeps what no stream stores or no permission allows, says what to do, and delivers the rest', async () => {
    const user = '{ user: a, password: right, permissions: { publish: { deny: cc.node.state } } }';
    await serve(`authorization { users: [{ user: admin, password: admin }, ${user}] }`, {
      user: 'admin',
      pass: 'admin',
    });
    await admin.addStream('JOBS', 'cc.job.event');
    await admin.addStream('STATES', 'cc.node.state');
    const password = join(dataDir, 'password');
    writeFileSync(password, 'right\n');
    markDescribed(dataDir, testMachine);
    const engine = await deliver({ natsUser: 'a', natsPasswordFile: password });
    await spool.append([load(startTime), state('idle'), start(1), stop(1)]);
    await until(warned('metrics cannot be delivered, they wait in the spool'));
    await until(warned('node states cannot be delivered, they wait in the spool'));
    await spool.append([start(2), stop(2)]);
    await until(async () => (await admin.count('JOBS')) === 4);
    await until(async () => (await spool.stats()).entriesByKind.job === 0);
    expect((await spool.stats()).entriesByKind).toMatchObject({ node_state: 1, metrics: 1 });
    const delivery = () => engine.status().manifolds['delivery']?.report;
    // The spool's readers see that an entry is gone a moment before who delivered it is told.
    await until(() => delivery()?.['delivered'] === 4);
    expect(delivery()).toMatchObject({ waitingFor: expect.stringContaining('publishing to cc.') });
    const warnings = logger.records.filter(({ level, message }) => level === 'warn' && message.includes('they wait'));
    expect(warnings).toHaveLength(2);
    expect(logger.text()).toContain('Create the stream');
    await admin.addStream('METRICS', 'cc.metrics.>');
    await until(async () => (await admin.count('METRICS')) === 1);
  });

  it('sets aside what no message of the server holds, and cuts metrics to what one holds', async () => {
    await serve('max_payload: 4096');
    await admin.addStream('JOBS', 'cc.job.event');
    await admin.addStream('METRICS', 'cc.metrics.>');
    markDescribed(dataDir, testMachine);
    const engine = await deliver();
    await spool.append([start(1, { jobScript: 'x'.repeat(5000) }), { kind: 'job', body: Buffer.from('nonsense') }]);
    await spool.append([start(2), stop(2), ...range(200).map((minute) => load(startTime + 60 * minute))]);
    await until(isEmpty);
    await until(() => engine.status().manifolds['delivery']?.report?.['rejected'] === 2);
    expect(logger.text()).toMatch(/entry 1 for cc\.job\.event has 5\d{3} bytes, a message at most 40\d\d/);
    expect(logger.text()).toContain('no message that can be sent');
    await expectJobs([2]);
    const metrics = await admin.read('METRICS');
    expect(metrics.length).toBeGreaterThan(1);
    expect(metrics.flatMap(({ text }) => text.trimEnd().split('\n'))).toHaveLength(200);
  });

  it('tells of credentials that are refused, and takes new ones from the file', async () => {
    await serve('authorization { token: right }', { token: 'right' });
    await admin.addStream('JOBS', 'cc.job.event');
    const natsTokenFile = join(dataDir, 'token');
    writeFileSync(natsTokenFile, 'geheim-4711\n');
    markDescribed(dataDir, testMachine);
    const engine = await deliver({ natsTokenFile });
    await spool.append([start(1), stop(1)]);
    const message = /^connecting to nats:\/\/127\.0\.0\.1:\d+: .*authorization violation/i;
    await until(() => message.test(engine.status().manifolds['nats']?.lastError?.message ?? ''));
    expect(logger.text()).toContain('Check user and password, token, NKey or credentials file');
    expect(`${logger.text()} ${JSON.stringify(engine.status())}`).not.toContain('geheim');
    writeFileSync(natsTokenFile, 'right\n');
    await until(isEmpty);
    await expectJobs([1]);
  });

  it('goes over TLS to a server that it trusts, and says what to do where it does not', async () => {
    const { cert, key } = await makeCertificate();
    const file = (name: string, content: string): string => {
      writeFileSync(join(dataDir, name), content);
      return join(dataDir, name);
    };
    await serve(`tls { cert_file: "${file('nats.crt', cert)}", key_file: "${file('nats.key', key)}" }`, {
      tls: { ca: cert },
    });
    await admin.addStream('JOBS', 'cc.job.event');
    const natsCaFile = file('ca.crt', (await makeCertificate()).cert);
    markDescribed(dataDir, testMachine);
    const engine = await deliver({ nats: `tls://127.0.0.1:${server.port}`, natsCaFile });
    await spool.append([start(1), stop(1)]);
    await until(warned('(--nats-ca-file)'));
    expect(engine.status().manifolds['nats']?.lastError?.message).toMatch(/^connecting to tls:.*certificate/);
    writeFileSync(natsCaFile, cert);
    await until(isEmpty);
    await expectJobs([1]);
  });

  it('waits for the stream where the storage of the server was lost, and says that it was', async () => {
    await serve();
    await admin.addStream('JOBS', 'cc.job.event');
    markDescribed(dataDir, testMachine);
    await deliver();
    await spool.append([start(1), stop(1)]);
    await until(isEmpty);
    await server.start('empty');
    await spool.append([start(2), stop(2)]);
    await until(warned('job events cannot be delivered, they wait in the spool'));
    expect((await spool.stats()).entries).toBe(2);
    await admin.addStream('JOBS', 'cc.job.event');
    await until(isEmpty);
    await expectJobs([2]);
    expect(logger.text()).toContain('a stream has lost its messages');
  });
});

describe.skipIf(!hasNatsServer)('moorline-agent start --nats', () => {
  it('loses and doubles no event while the agent is killed again and again', async () => {
    const plane = await startControlPlane();
    onTestFinished(() => plane.close());
    await serve();
    for (const [name, subject] of Object.entries({
      JOBS: 'cc.job.event',
      STATES: 'cc.node.state',
      METRICS: 'cc.metrics.*',
    }))
      await admin.addStream(name, subject);
    await enrolledDataDir(plane.url, dataDir);
    spool = await openSpool({ path: join(dataDir, 'spool.db') });
    onTestFinished(() => spool.close());
    const args = ['start', '--data-dir', dataDir, '--allow-insecure-http', '--nats', `nats://127.0.0.1:${server.port}`];
    const kills = soak(1, 5);
    const perLife = soak(200, 2000);
    for (let life = 0; life <= kills; life++) {
      const some = range(perLife).map((id) => life * perLife + id);
      const before = await admin.count('JOBS');
      await spool.append([...some.map((id) => start(id)), ...some.map((id) => stop(id))]);
      const { child, ended } = startAgent(args);
      await until(async () => (await admin.count('JOBS')) > before);
      if (life === kills) break;
      child.kill('SIGKILL');
      await ended;
      // The control plane is needed to become known to it, and not to deliver.
      await plane.goAway();
    }
    await until(async () => (await spool.stats()).entriesByKind.job === 0);
    await expectJobs(range((kills + 1) * perLife));
    await until(async () => (await admin.count('STATES')) > 0 && (await admin.count('METRICS')) > 0);
    expect(plane.requests.filter((request) => /job|write|nodestate/.test(request))).toEqual([]);
  });
});

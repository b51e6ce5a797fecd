import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import {
  createEngine,
  type Engine,
  manifold,
  type Manifold,
  rankedErrors,
  valueWorker,
} from '@moorline/apicaller/engine';
import { createRecordingLogger, type RecordingLogger } from '@moorline/core/testing';
import type { JobStatus, RPCClient, UpdateSpec } from '@moorline/rpc-versioned';
import { createDaemonListener, DaemonRegistry } from '@moorline/rpc-versioned/transports';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createGitRemote, type GitRemote, hasGit } from '../../../tools/testenv/git-remote.js';
import { deployment, startKubernetesApi } from '../../../tools/testenv/kubernetes-api.js';
import { temporaryFolder } from '../../../tools/testenv/temporary-folder.js';
import { openCluster } from '../src/rpc-daemon/open-cluster.js';
import { type AgentSettings, readSettings } from '../src/settings.js';
import { sessionKey } from '../src/workers/identity.js';
import { manifestsManifold } from '../src/workers/manifests.js';
import { rpcDaemonManifold } from '../src/workers/rpc-daemon.js';
import { until } from './support/until.js';
import { offering, session } from './support/worker-inputs.js';

const pear = `# The pears' API.
apiVersion: apps/v1
kind: Deployment
metadata:
  name: pear
  namespace: orchard
  labels: { team: fruit }
  annotations:
    fluxcd.io/automated: "true" # by Kim
spec:
  template:
    spec:
      containers:
        - name: api
          image: quay.io/acme/pear:1.0 # see the wiki
        - name: side
          image: nginx:1
`;

const fig = `apiVersion: apps/v1
kind: StatefulSet
metadata: { name: fig, annotations: { fluxcd.io/locked: "true" } }
spec: { template: { spec: { containers: [{ name: api, image: quay.io/acme/pear:1.0 }] } } }
`;

const cause = { Message: '', User: 'kim' };

/** What the daemon's caller has: the platform's half, on a real socket. */
async function startPlatform(token: string, answer?: (url: string) => number | undefined) {
  const registry = new DaemonRegistry({});
  const listener = createDaemonListener({
    registry,
    authenticate: (request) => (request.token === token ? 'machine' : undefined),
  });
  const server = createServer();
  const upgrades: string[] = [];
  server.on('upgrade', (request, socket, head) => {
    upgrades.push(`${request.url} ${request.headers.authorization}`);
    const status = answer?.(request.url ?? '');
    if (status !== undefined) socket.end(`HTTP/1.1 ${status} No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
    else listener.acceptDaemon(request, socket, head);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    registry.close();
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    upgrades,
    registry,
    /** The one daemon that is expected. */
    async client(): Promise<RPCClient> {
      await until(() => registry.get('machine') !== undefined);
      const daemon = registry.get('machine');
      if (daemon === undefined) throw new Error('the daemon has gone again');
      return daemon.client;
    },
  };
}

const control: Manifold = manifold({ start: () => valueWorker(undefined) });

describe.skipIf(!hasGit)('the rpc-daemon worker', () => {
  let remote: GitRemote;
  let dataDir: string;
  let logger: RecordingLogger;
  let engine: Engine;
  beforeEach(() => {
    dataDir = temporaryFolder();
    remote = createGitRemote(join(dataDir, 'elsewhere'));
    logger = createRecordingLogger();
  });

  function start(url: string, flags: Record<string, string> = {}, token = () => Promise.resolve('session-a')): void {
    const read = readSettings({ dataDir, gitUrl: remote.url, ...flags }, {});
    const settings: AgentSettings & { gitUrl: string } = { ...read, gitUrl: read.gitUrl ?? '' };
    engine = createEngine({ ...rankedErrors(() => 0), errorDelayMs: 10, maxDelayMs: 50 });
    engine.installAll({
      control,
      identity: offering(sessionKey, { ...session, baseUrl: url, sessionToken: token }),
      manifests: manifestsManifold(settings, logger),
      'rpc-daemon': rpcDaemonManifold(settings, '9.9.9', logger),
    });
    onTestFinished(() => engine.stop());
  }

  /** A daemon that has read the repository, and whoever calls it. */
  async function started(flags?: Record<string, string>): Promise<RPCClient> {
    const platform = await startPlatform('session-a');
    start(platform.url, flags);
    const client = await platform.client();
    const wished = flags?.['gitReadOnly'] === 'true' ? 'cloned' : 'ready';
    await until(async () => [wished, 'unreachable'].includes((await client.gitRepoConfig(false)).status));
    return client;
  }

  /** Has the job done. */
  async function done(client: RPCClient, update: UpdateSpec): Promise<JobStatus> {
    const job = await client.updateManifests(update);
    await until(async () => ['failed', 'succeeded'].includes((await client.jobStatus(job)).StatusString));
    return client.jobStatus(job);
  }

  it('lists workloads, their images and the repository', async () => {
    remote.push({ 'k8s/pear.yaml': pear, 'k8s/fig.yaml': fig, 'docs/fig.yaml': 'a: 1' });
    const client = await started({ gitPath: 'k8s,docs' });
    expect(await client.version()).toBe('9.9.9');
    await client.ping();
    const services = await client.listServices('');
    expect(services).toMatchObject([
      { ID: 'default:statefulset/fig', Locked: true, Automated: false, Policies: { locked: 'true' } },
      {
        ID: 'orchard:deployment/pear',
        ...{ Status: 'unknown', ReadOnly: '', Labels: { team: 'fruit' }, Automated: true, Locked: false },
        Containers: [
          { Name: 'api', Current: { ID: 'quay.io/acme/pear:1.0' } },
          { Name: 'side', Current: { ID: 'nginx:1' } },
        ],
      },
    ]);
    expect((await client.listServices('orchard'))?.map(({ ID }) => ID)).toEqual(['orchard:deployment/pear']);
    const some = await client.listServicesWithOptions({ Services: ['default:StatefulSet/fig', 'a:deployment/b'] });
    expect(some?.map(({ ID }) => ID)).toEqual(['default:statefulset/fig']);
    expect(await client.listImages('orchard:deployment/pear')).toMatchObject([
      {
        ID: 'orchard:deployment/pear',
        Containers: [
          { Name: 'api', Current: { ID: 'quay.io/acme/pear:1.0' }, AvailableError: 'this agent asks no registry' },
          { Name: 'side' },
        ],
      },
    ]);
    const named = await client.listImagesWithOptions({
      Spec: '<all>',
      Namespace: 'orchard',
      OverrideContainerFields: ['Name'],
    });
    expect(named?.[0]?.Containers?.[0]).toEqual({
      Name: 'api',
      Current: { ID: '', Labels: {} },
      LatestFiltered: { ID: '', Labels: {} },
    });
    await expect(
      client.listImagesWithOptions({ Spec: '<all>', OverrideContainerFields: ['Nam'] }),
    ).rejects.toMatchObject({
      application: { type: 'user', error: 'Nam is an invalid field' },
    });
    const exported = new TextDecoder().decode(await client.export());
    expect(exported).toContain(pear);
    expect(exported).toContain(fig);
    expect(await client.gitRepoConfig(false)).toMatchObject({
      remote: { url: remote.url, branch: 'main', path: 'k8s,docs' },
      ...{ status: 'ready', errors: '', publicSSHKey: { key: '' } },
    });
    await expect(client.gitRepoConfig(true)).rejects.toMatchObject({ application: { type: 'user' } });
    expect(engine.status().manifolds['rpc-daemon']?.report).toMatchObject({ connection: 'connected' });
  });

  it('tells how workloads are in a cluster, and does without one that is away', async () => {
    const api = await startKubernetesApi();
    onTestFinished(() => api.close());
    api.objects = { deployments: [deployment('orchard', 'pear', 3)] };
    const kubeconfig = join(dataDir, 'kubeconfig');
    writeFileSync(kubeconfig, api.kubeconfig());
    remote.push({ 'pear.yaml': pear, 'fig.yaml': fig });
    const client = await started({ kubeconfig, kubeContext: 'orchard' });
    const statuses = async () => (await client.listServices(''))?.map(({ Status }) => Status);
    expect(await client.listServices('')).toMatchObject([
      { ID: 'default:statefulset/fig', Status: 'unknown' },
      {
        ...{ ID: 'orchard:deployment/pear', Status: 'ready', Automated: true },
        Rollout: { Desired: 3, Updated: 3, Ready: 3, Available: 3, Outdated: 0, Messages: null },
      },
    ]);
    const report = () => engine.status().manifolds['rpc-daemon']?.report;
    expect(report()).not.toHaveProperty('clusterProblem');

    await api.close();
    expect(await statuses()).toEqual(['unknown', 'unknown']);
    expect(await client.listServices('default')).toMatchObject([{ Status: 'unknown' }]);
    expect(report()).toMatchObject({ clusterProblem: expect.stringContaining('ECONNREFUSED') as string });

    await api.open();
    expect(await statuses()).toEqual(['unknown', 'ready']);
    expect(report()).not.toHaveProperty('clusterProblem');
    expect(logger.text().match(/the cluster cannot be asked|the cluster answers again/g)).toEqual([
      'the cluster cannot be asked',
      'the cluster answers again',
    ]);
    expect(logger.text()).not.toContain(api.token);
  });

  it('is refused with a context of no kubeconfig', () => {
    const settings = readSettings({ dataDir, kubeContext: 'orchard' }, {});
    expect(() => openCluster(settings, logger)).toThrow(expect.objectContaining({ code: 'bad_setting' }));
  });

  it('releases images, changes policies and syncs, one job after the other, each a commit that is pushed', async () => {
    remote.push({ 'pear.yaml': pear, 'fig.yaml': fig });
    const client = await started();
    const image = {
      ServiceSpecs: ['<all>'],
      ImageSpec: 'quay.io/acme/pear:2.0',
      Kind: 'execute',
      Excludes: null,
      Force: false,
    };
    const policy = { 'orchard:deployment/pear': { add: { locked: 'true' }, remove: { automated: 'true' } } };
    const containers = {
      ...{ Kind: 'execute', SkipMismatches: false, Force: true },
      ContainerSpecs: {
        'default:statefulset/fig': [
          { Container: 'api', Current: 'quay.io/acme/pear:1.0', Target: 'quay.io/acme/pear:3.0' },
        ],
      },
    };
    const change = {
      WorkloadID: 'orchard:deployment/pear',
      Container: { Name: 'side', Image: 'docker.io/library/nginx:1' },
      ImageID: 'nginx:2',
    };
    const jobs = await Promise.all([
      done(client, { type: 'image', cause, spec: image }),
      done(client, { type: 'auto', cause, spec: { Changes: [change] } }),
      done(client, { type: 'policy', cause: { Message: 'no more', User: '' }, spec: policy }),
      done(client, { type: 'containers', cause, spec: containers }),
      done(client, { type: 'sync', cause, spec: {} }),
    ]);
    expect(jobs.map(({ StatusString, Err }) => `${StatusString}${Err}`)).toEqual(Array(5).fill('succeeded'));
    expect(jobs[0]?.Result).toEqual({
      revision: remote.git('rev-parse', 'main~3'),
      spec: { type: 'image', cause, spec: image },
      result: {
        'default:statefulset/fig': { Status: 'skipped', Error: 'locked', PerContainer: null },
        'orchard:deployment/pear': {
          Status: 'success',
          PerContainer: [{ Container: 'api', Current: 'quay.io/acme/pear:1.0', Target: 'quay.io/acme/pear:2.0' }],
        },
      },
    });
    expect(jobs[4]?.Result.revision).toBe(remote.git('rev-parse', 'main'));
    expect(remote.read('pear.yaml')).toBe(
      pear
        .replace('pear:1.0', 'pear:2.0')
        .replace('nginx:1', 'nginx:2')
        .replace('automated: "true" # by Kim', 'locked: "true"'),
    );
    expect(remote.read('fig.yaml')).toBe(fig.replace('pear:1.0', 'pear:3.0'));
    expect(remote.git('log', '-1', '--format=%B', 'main~3')).toBe(
      'Release quay.io/acme/pear:2.0 to all workloads\n\n- orchard:deployment/pear\n  api: quay.io/acme/pear:1.0 -> quay.io/acme/pear:2.0\n\nRequested-by: kim',
    );
    expect(remote.git('log', '-1', '--format=%s|%an|%ae', 'main~1')).toBe('no more|Moorline|moorline-agent@localhost');
    expect(await client.syncStatus('HEAD')).toEqual([]);
  });

  it('says of a job why it failed, and of a wrong request at once', async () => {
    remote.push({ 'pear.yaml': pear });
    const client = await started();
    const wrong = { Container: 'api', Current: 'quay.io/acme/pear:9', Target: 'quay.io/acme/pear:10' };
    const spec = {
      Kind: 'execute',
      SkipMismatches: false,
      Force: false,
      ContainerSpecs: { 'orchard:deployment/pear': [wrong] },
    };
    expect(await done(client, { type: 'containers', cause, spec })).toMatchObject({
      ...{ StatusString: 'failed', Err: expect.stringContaining('has quay.io/acme/pear:1.0, and not') as string },
      Result: { result: { 'orchard:deployment/pear': { Status: 'failed' } } },
    });
    const image = { ServiceSpecs: ['<all>'], ImageSpec: '<all latest>', Kind: 'execute', Excludes: null, Force: false };
    const refused = async (update: UpdateSpec) =>
      client.updateManifests(update).then(
        () => 'accepted',
        (error: { application?: { type: string; error: string } }) =>
          `${error.application?.type}: ${error.application?.error}`,
      );
    expect(await refused({ type: 'image', cause, spec: image })).toMatch(/^user: this agent asks no registry/);
    expect(await refused({ type: 'image', cause, spec: { ...image, ImageSpec: 'a:1', Kind: 'x' } })).toMatch(
      /^user: "x"/,
    );
    expect(await refused({ type: 'image', cause, spec: { ...image, ImageSpec: 'a' } })).toMatch(/^user: /);
    await expect(client.jobStatus('none')).rejects.toMatchObject({
      application: { type: 'missing', error: 'unknown job "none"' },
    });
    await expect(client.syncStatus('none')).rejects.toMatchObject({ application: { type: 'missing' } });
  });

  it('looks at the repository when it is told of a push, and not for one to another branch', async () => {
    remote.push({ 'pear.yaml': pear });
    const client = await started();
    const head = remote.push({ 'fig.yaml': fig });
    await client.notifyChange({ Kind: 'git', Source: { URL: remote.url, Branch: 'other' } });
    await client.notifyChange({ Kind: 'image', Source: { Name: { Domain: 'quay.io', Image: 'acme/pear' } } });
    expect(await client.listServices('')).toHaveLength(1);
    await client.notifyChange({ Kind: 'git', Source: { URL: remote.url, Branch: 'main' } });
    await until(async () => (await client.listServices(''))?.length === 2);
    expect(engine.status().manifolds['manifests']?.report).toMatchObject({ revision: head, state: 'ready' });
  });

  it('answers with what is wrong while the repository cannot be reached', async () => {
    const client = await started({ gitUrl: `${remote.url}-not` });
    expect(await client.gitRepoConfig(false)).toMatchObject({
      status: 'unreachable',
      errors: expect.stringContaining('-not') as string,
    });
    await expect(client.listServices('')).rejects.toMatchObject({ application: { type: 'server' } });
  });

  it('makes no commits where it may not', async () => {
    const head = remote.push({ 'pear.yaml': pear });
    const client = await started({ gitReadOnly: 'true' });
    expect(await client.listServices('')).toMatchObject([{ ReadOnly: 'ReadOnlyMode' }]);
    const policy = { 'orchard:deployment/pear': { add: { locked: 'true' }, remove: null } };
    await expect(client.updateManifests({ type: 'policy', cause, spec: policy })).rejects.toMatchObject({
      application: { type: 'user' },
    });
    expect(remote.git('rev-parse', 'main')).toBe(head);
  });

  it('shows the session token of now, and takes up a new one', async () => {
    remote.push({ 'pear.yaml': pear });
    const platform = await startPlatform('session-b');
    let reads = 0;
    start(platform.url, {}, () => Promise.resolve(reads++ === 0 ? 'session-a' : 'session-b'));
    await platform.client();
    expect(platform.upgrades).toEqual([
      '/v11/daemon Scope-Probe token=session-a',
      '/v11/daemon Scope-Probe token=session-b',
    ]);
    expect(logger.text()).not.toMatch(/session-[ab]/);
  });

  it('rests, and says so, where the control plane takes no calls of this version any more', async () => {
    remote.push({ 'pear.yaml': pear });
    const platform = await startPlatform('session-a', () => 410);
    start(platform.url);
    await until(() => logger.text().includes('not dialling again'));
    expect(engine.status().manifolds['rpc-daemon']).toMatchObject({
      ...{ state: 'started', startCount: 1 },
      report: { connection: 'closed', problem: expect.stringContaining('410') as string },
    });
    expect(platform.upgrades).toHaveLength(1);
  });

  it('is refused with a repository that holds a secret in its URL, or a path out of it', () => {
    for (const flags of [
      { gitUrl: 'https://kim:secret@example.test/a.git' },
      { gitPath: '../..' },
      { gitBranch: '--upload-pack=x' },
      { gitUrl: 'ext::sh -c id' },
      { gitUrl: '--upload-pack=id' },
    ]) {
      expect(() => readSettings({ dataDir, ...flags }, {})).toThrow(expect.objectContaining({ code: 'bad_setting' }));
    }
    expect(() => readSettings({ dataDir, gitUrl: 'https://kim:hunter2@example.test/a.git' }, {})).not.toThrow(
      /hunter2/,
    );
    expect(readSettings({ dataDir, gitUrl: 'git@example.test:fruit/k8s.git', gitPath: './a/,b' }, {})).toMatchObject({
      gitPath: ['a', 'b'],
    });
  });
});

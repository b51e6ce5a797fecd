import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { createFakeClock } from '@moorline/core/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { deployment, failure, type KubernetesApi, startKubernetesApi } from '../../../tools/testenv/kubernetes-api.js';
import { temporaryFolder } from '../../../tools/testenv/temporary-folder.js';
import { isGitopsError, KubernetesCluster, type KubernetesClusterOptions } from '../src/index.js';
import { kubernetesModule } from '../src/cluster/kubeconfig.js';

describe('a cluster of a kubeconfig file', () => {
  let api: KubernetesApi;
  let kubeconfig: string;
  beforeAll(async () => {
    api = await startKubernetesApi();
  });
  afterAll(() => api.close());
  beforeEach(() => {
    api.objects = { deployments: [deployment('orchard', 'pear', 3)] };
    api.answer = undefined;
    api.requests.length = 0;
    kubeconfig = join(temporaryFolder(), 'kubeconfig');
    writeFileSync(kubeconfig, api.kubeconfig());
  });

  const never = new AbortController().signal;
  const open = (options: Partial<KubernetesClusterOptions> = {}) => new KubernetesCluster({ kubeconfig, ...options });
  const look = (options?: Partial<KubernetesClusterOptions>, ids = ['orchard:deployment/pear'], signal = never) =>
    open(options).workloads(ids, signal);

  /** What a look fails with, which holds no secret however it is shown. */
  async function failed(looking: Promise<unknown>) {
    const error: unknown = await looking.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (!isGitopsError(error)) throw new Error(`failed with ${inspect(error)}`);
    expect(`${inspect(error, { depth: 9 })} ${JSON.stringify(error)} ${error.hint ?? ''}`).not.toContain('sesame');
    return error;
  }

  it('tells of workloads of every kind, and of no other than it is asked for', async () => {
    const metadata = { name: 'fig', namespace: 'orchard', generation: 1 };
    const status = { observedGeneration: 1 };
    api.objects = {
      deployments: [deployment('orchard', 'pear', 3), deployment('orchard', 'plum')],
      daemonsets: [{ metadata, status: { ...status, desiredNumberScheduled: 2, updatedNumberScheduled: 1 } }],
      statefulsets: [{ metadata, spec: { replicas: 1 }, status: {} }],
      cronjobs: [{ metadata, spec: { schedule: '@daily' }, status: { lastScheduleTime: '2026-01-05T00:00:00Z' } }],
    };
    const kinds = ['daemonset', 'statefulset', 'cronjob'].map((kind) => `orchard:${kind}/fig`);
    const found = await look({}, ['orchard:deployment/pear', ...kinds, 'meadow:deployment/pear']);
    expect([...found].map(([id, live]) => [id, live.status])).toEqual([
      ['orchard:deployment/pear', 'ready'],
      ['orchard:daemonset/fig', 'updating'],
      ['orchard:statefulset/fig', 'started'],
      ['orchard:cronjob/fig', 'ready'],
    ]);
    expect(found.get('orchard:deployment/pear')?.rollout).toEqual({
      ...{ desired: 3, updated: 3, ready: 3, available: 3, outdated: 0, messages: [] },
    });
    expect(api.requests).toEqual([
      '/apis/apps/v1/namespaces/orchard/deployments?limit=250',
      '/apis/apps/v1/namespaces/meadow/deployments?limit=250',
      '/apis/apps/v1/namespaces/orchard/daemonsets?limit=250',
      '/apis/apps/v1/namespaces/orchard/statefulsets?limit=250',
      '/apis/batch/v1/namespaces/orchard/cronjobs?limit=250',
    ]);
  });

  it('reads page after page, and the whole cluster for more than eight namespaces', async () => {
    const orchards = Array.from({ length: 9 }, (_, i) => deployment(`orchard-${i}`, 'pear'));
    api.objects = { deployments: orchards };
    const ids = orchards.map(({ metadata }) => `${metadata.namespace}:deployment/pear`);
    expect([...(await look({ pageSize: 4 }, ids)).keys()]).toEqual(ids);
    const path = '/apis/apps/v1/deployments?limit=4';
    expect(api.requests).toEqual([path, `${path}&continue=NA%3D%3D`, `${path}&continue=OA%3D%3D`]);
  });

  it('asks nothing, and reads no file, where there is no workload', async () => {
    expect(await look({ kubeconfig: '/nowhere' }, ['orchard:service/pear'])).toEqual(new Map());
    expect(api.requests).toEqual([]);
  });

  it('names the command that installs the client library where that is missing', async () => {
    const missing: string = '@kubernetes/no-such-client';
    const load = () => import(missing) as Promise<never>;
    const error = await failed(look({ load }));
    expect(error).toMatchObject({
      code: 'cluster_module_missing',
      hint: expect.stringContaining(`npm install --global ${kubernetesModule}`) as string,
    });
  });

  it('is tested with the version that it names', () => {
    const manifest = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8')) as {
      devDependencies: Record<string, string>;
    };
    const name = '@kubernetes/client-node';
    expect(kubernetesModule).toBe(`${name}@${manifest.devDependencies[name]}`);
  });

  it('takes up new credentials after the old ones were refused', async () => {
    writeFileSync(kubeconfig, api.kubeconfig({ token: 'sesame-old' }));
    const cluster = open();
    const error = await failed(cluster.workloads(['orchard:deployment/pear'], never));
    expect(error).toMatchObject({ code: 'cluster_unauthorized', isRetryable: false });
    writeFileSync(kubeconfig, api.kubeconfig());
    expect((await cluster.workloads(['orchard:deployment/pear'], never)).size).toBe(1);
  });

  const answers = (status: number, body: string, headers: Record<string, string> = {}): void => {
    api.answer = (_, response) => {
      response.writeHead(status, headers).end(body);
      return true;
    };
  };
  const forbidden = 'deployments.apps is forbidden: User "agent" cannot list resource "deployments"';

  it.each([
    ['that refuses', 403, JSON.stringify(failure(403, 'Forbidden', forbidden).body), 'cluster_forbidden', forbidden],
    ['of a server in trouble', 500, 'no', 'cluster_failed', 'no JSON of Kubernetes'],
    ['that is not JSON', 200, 'no', 'cluster_failed', 'no JSON of Kubernetes'],
    ['that is no list', 200, '{"items":{}}', 'cluster_failed', 'no list'],
    ['that is too long', 200, `{"items":[],"pad":"${'x'.repeat(2000)}"}`, 'too_large', 'more than what is read'],
  ])('says what is wrong with an answer %s', async (_, status, body, code, message) => {
    answers(status, body);
    const error = await failed(look({ maxBytes: 2000 }));
    expect(error).toMatchObject({ code, isRetryable: status === 500 });
    expect(error.message).toContain(message);
    expect(error.message).toContain('/apis/apps/v1/namespaces/orchard/deployments');
  });

  it('reads a list that is null, and follows no redirection', async () => {
    answers(200, '{"kind":"DeploymentList","metadata":{},"items":null}');
    expect(await look()).toEqual(new Map());
    answers(302, '', { location: `${api.server}/elsewhere` });
    expect(await failed(look())).toMatchObject({ code: 'cluster_failed' });
    expect(api.requests).toHaveLength(2);
  });

  it('says that a cluster is away, or is another than the kubeconfig trusts', async () => {
    writeFileSync(kubeconfig, api.kubeconfig({ trust: false }));
    expect(await failed(look())).toMatchObject({ code: 'cluster_unreachable' });
    expect(api.requests).toEqual([]);
    writeFileSync(kubeconfig, api.kubeconfig());
    await api.close();
    onTestFinished(() => api.open());
    const error = await failed(look());
    expect(error).toMatchObject({ code: 'cluster_unreachable', isRetryable: true });
    expect(error.message).toContain('ECONNREFUSED');
  });

  it('waits no longer than it may, nor than its caller does', async () => {
    /** A request that is not answered, and its end. */
    const hanging = () =>
      new Promise<ServerResponse>((resolve) => {
        api.answer = (_, response) => {
          resolve(response);
          return true;
        };
      });
    const clock = createFakeClock();
    const asked = hanging();
    const slow = failed(look({ clock, timeoutMs: 700 }));
    const closed = once(await asked, 'close');
    await clock.advance(700);
    const error = await slow;
    expect(error).toMatchObject({ code: 'cluster_unreachable', isRetryable: true });
    expect(error.message).toContain('longer than 0.7 s');
    await closed;

    const askedAgain = hanging();
    const caller = new AbortController();
    const given = look({}, undefined, caller.signal);
    const closedAgain = once(await askedAgain, 'close');
    caller.abort(new Error('not needed any more'));
    await expect(given).rejects.toThrow('not needed any more');
    await closedAgain;
  });

  it.each([
    ['a file that is not there', undefined, 'ENOENT'],
    ['an empty file', '', 'cannot be read as a kubeconfig'],
    ['a file whose text the library would quote', 'users:\n- user: {token: sesame-1}\n  x: [', 'cannot be read'],
    ['a file of something else', '{"token": "sesame-1"}', 'has no context'],
  ])('refuses %s', async (_, text, message) => {
    if (text === undefined) kubeconfig += '-of-yesterday';
    else writeFileSync(kubeconfig, text);
    const error = await failed(look());
    expect(error.code).toBe('bad_kubeconfig');
    expect(error.message).toContain(message);
  });

  it('refuses a context that is not there, and a server to which a token would go in the clear', async () => {
    expect((await failed(look({ context: 'meadow' }))).message).toContain('no context "meadow": it has orchard');
    for (const server of ['http://kim:sesame-2@127.0.0.1:1', 'ftp://127.0.0.1', '']) {
      writeFileSync(kubeconfig, api.kubeconfig({ server }));
      expect(await failed(look())).toMatchObject({ code: 'bad_kubeconfig' });
    }
    expect(api.requests).toEqual([]);
  });

  it('says that there are no credentials where the program that has them fails, and not what it said', async () => {
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: 'sh',
      args: ['-c', 'echo sesame >&2; false'],
    };
    const config = JSON.parse(api.kubeconfig()) as { users: unknown };
    writeFileSync(kubeconfig, JSON.stringify({ ...config, users: [{ name: 'agent', user: { exec } }] }));
    expect(await failed(look())).toMatchObject({ code: 'cluster_unauthorized' });
    expect(api.requests).toEqual([]);
  });
});

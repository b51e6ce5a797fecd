import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { makeCertificate } from './certificates.js';

/** An object as the API lists it, as far as it matters here. */
export interface KubernetesObject {
  metadata: { namespace: string; name: string } & Record<string, unknown>;
  [member: string]: unknown;
}

/** An API server over TLS that lists workloads, in pages, for whoever has its token. */
export interface KubernetesApi {
  readonly server: string;
  /** Objects by the plural of their kind; may be changed at any time. */
  objects: Record<string, KubernetesObject[]>;
  token: string;
  /** Answers in its place; returns whether it did. */
  answer: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined;
  /** Paths and queries of all requests. */
  readonly requests: string[];
  /** The text of a kubeconfig file with one context, `orchard`. */
  kubeconfig(given?: { token?: string; server?: string; trust?: boolean }): string;
  /** Listens again where it did before. */
  open(): Promise<void>;
  close(): Promise<void>;
}

/** Starts one with a certificate of its own. */
export async function startKubernetesApi(): Promise<KubernetesApi> {
  const { key, cert } = await makeCertificate();
  const requests: string[] = [];
  const http = createServer({ key, cert }, (request, response) => {
    requests.push(request.url ?? '');
    if (api.answer?.(request, response) === true) return;
    const { status, body } = list(request);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  let port = 0;
  const open = async () => {
    http.listen(port, '127.0.0.1');
    await once(http, 'listening');
    port = (http.address() as AddressInfo).port;
  };
  await open();

  const list = ({ url = '', headers }: IncomingMessage): { status: number; body: unknown } => {
    if (headers.authorization !== `Bearer ${api.token}`) return failure(401, 'Unauthorized', 'Unauthorized');
    const { pathname, searchParams } = new URL(url, api.server);
    const { group, version, namespace, plural } =
      /^\/apis\/(?<group>apps|batch)\/(?<version>v1)(?:\/namespaces\/(?<namespace>[^/]+))?\/(?<plural>[a-z]+)$/.exec(
        pathname,
      )?.groups ?? {};
    if (plural === undefined) {
      return failure(404, 'NotFound', 'the server could not find the requested resource');
    }
    const all = (api.objects[plural] ?? []).filter(
      ({ metadata }) => namespace === undefined || metadata.namespace === namespace,
    );
    const from = Number(Buffer.from(searchParams.get('continue') ?? '', 'base64').toString() || 0);
    const to = from + Number(searchParams.get('limit') ?? all.length);
    const more = to < all.length ? { continue: Buffer.from(String(to)).toString('base64') } : {};
    return {
      status: 200,
      body: {
        kind: kinds[plural],
        apiVersion: `${group}/${version}`,
        metadata: { resourceVersion: '184467', ...more },
        items: all.slice(from, to),
      },
    };
  };

  const api: KubernetesApi = {
    server: `https://127.0.0.1:${port}`,
    objects: {},
    token: 'sesame-3f9c',
    answer: undefined,
    requests,
    open,
    kubeconfig: ({ token = api.token, server = api.server, trust = true } = {}) =>
      JSON.stringify({
        ...{ apiVersion: 'v1', kind: 'Config', 'current-context': 'orchard' },
        contexts: [{ name: 'orchard', context: { cluster: 'lab', user: 'agent' } }],
        clusters: [
          {
            name: 'lab',
            cluster: {
              server,
              ...(trust ? { 'certificate-authority-data': Buffer.from(cert).toString('base64') } : {}),
            },
          },
        ],
        users: [{ name: 'agent', user: { token } }],
      }),
    async close() {
      if (!http.listening) return;
      http.close();
      http.closeAllConnections();
      await once(http, 'close');
    },
  };
  return api;
}

const kinds: Record<string, string> = {
  deployments: 'DeploymentList',
  daemonsets: 'DaemonSetList',
  statefulsets: 'StatefulSetList',
  cronjobs: 'CronJobList',
};

/** An object of the API that says what went wrong. */
export const failure = (code: number, reason: string, message: string): { status: number; body: unknown } => ({
  status: code,
  body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code },
});

/** A Deployment as a cluster lists it once all of its pods are there. */
export const deployment = (namespace: string, name: string, pods = 1): KubernetesObject => ({
  metadata: { name, namespace, uid: '6e0c3f3e', resourceVersion: '184401', generation: 3, labels: { team: 'fruit' } },
  spec: { replicas: pods, selector: { matchLabels: { app: name } }, strategy: { type: 'RollingUpdate' } },
  status: {
    ...{ observedGeneration: 3, replicas: pods, updatedReplicas: pods, readyReplicas: pods, availableReplicas: pods },
    conditions: [
      {
        ...{ type: 'Available', status: 'True', reason: 'MinimumReplicasAvailable' },
        ...{ lastUpdateTime: '2026-01-05T10:00:00Z', lastTransitionTime: '2026-01-05T10:00:00Z' },
        message: 'Deployment has minimum availability.',
      },
      {
        ...{ type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable' },
        ...{ lastUpdateTime: '2026-01-05T10:00:00Z', lastTransitionTime: '2026-01-05T10:00:00Z' },
        message: `ReplicaSet "${name}-7d9" has successfully progressed.`,
      },
    ],
  },
});

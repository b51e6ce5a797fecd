import { describe, expect, it } from 'vitest';
import { deployment } from '../../../../tools/testenv/kubernetes-api.js';
import { liveWorkload } from './live-workload.js';

const exceeded = {
  type: 'Progressing',
  status: 'False',
  reason: 'ProgressDeadlineExceeded',
  message: 'ReplicaSet "pear-7d9" has timed out progressing.',
};
const quota = { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: 'exceeded quota: fruit' };
const waiting = { type: 'Available', status: 'False', reason: 'MinimumReplicasUnavailable', message: 'not yet' };

/** `[desired, updated, ready, available, outdated]` */
type Numbers = [number, number, number, number, number];

interface Case {
  name: string;
  spec?: unknown;
  status?: unknown;
  generation?: number | undefined;
  is: string;
  numbers: Numbers;
  messages?: string[];
}

const pods = (replicas: number, updatedReplicas: number, readyReplicas: number, availableReplicas = readyReplicas) => ({
  ...{ observedGeneration: 2, replicas, updatedReplicas, readyReplicas, availableReplicas },
});

const deployments: Case[] = [
  { name: 'done', spec: { replicas: 3 }, status: pods(3, 3, 3), is: 'ready', numbers: [3, 3, 3, 3, 0] },
  { name: 'one pod where nothing is said', spec: {}, status: pods(1, 1, 1), is: 'ready', numbers: [1, 1, 1, 1, 0] },
  // Go leaves zeros out.
  {
    name: 'scaled to none',
    spec: { replicas: 0 },
    status: { observedGeneration: 2 },
    is: 'ready',
    numbers: [0, 0, 0, 0, 0],
  },
  {
    name: 'not seen yet by its controller',
    spec: { replicas: 3 },
    generation: 3,
    status: pods(3, 3, 3),
    is: 'started',
    numbers: [3, 3, 3, 3, 0],
  },
  { name: 'never seen by its controller', spec: { replicas: 3 }, status: {}, is: 'started', numbers: [3, 0, 0, 0, 0] },
  {
    name: 'without a generation',
    generation: undefined,
    spec: { replicas: 1 },
    status: pods(1, 1, 1),
    is: 'ready',
    numbers: [1, 1, 1, 1, 0],
  },
  {
    name: 'new pods are missing',
    spec: { replicas: 3 },
    status: pods(3, 1, 3),
    is: 'updating',
    numbers: [3, 1, 3, 3, 2],
  },
  {
    name: 'old pods are still there',
    spec: { replicas: 3 },
    status: pods(4, 3, 4),
    is: 'updating',
    numbers: [3, 3, 4, 4, 1],
  },
  {
    name: 'new pods are not ready for long enough',
    spec: { replicas: 3 },
    status: pods(3, 3, 3, 2),
    is: 'updating',
    numbers: [3, 3, 3, 2, 0],
  },
  {
    name: 'its deadline has passed',
    ...{ spec: { replicas: 2 }, status: { ...pods(3, 1, 2), conditions: [waiting, exceeded] } },
    ...{ is: 'error', numbers: [2, 1, 2, 2, 2] },
    messages: ['ProgressDeadlineExceeded: ReplicaSet "pear-7d9" has timed out progressing.'],
  },
  {
    name: 'its pods cannot be made',
    ...{ spec: { replicas: 1 }, status: { observedGeneration: 2, unavailableReplicas: 1, conditions: [quota] } },
    ...{ is: 'error', numbers: [1, 0, 0, 0, 0], messages: ['FailedCreate: exceeded quota: fruit'] },
  },
  {
    name: 'a problem of the generation before',
    ...{ spec: { replicas: 1 }, generation: 3, status: { ...pods(1, 1, 0), conditions: [exceeded] } },
    ...{ is: 'started', numbers: [1, 1, 0, 0, 0] },
    messages: ['ProgressDeadlineExceeded: ReplicaSet "pear-7d9" has timed out progressing.'],
  },
  {
    name: 'nonsense',
    spec: { replicas: 'x' },
    status: { ...pods(-1, 2.5, 2 ** 31), conditions: [1, null, {}] },
    is: 'ready',
    numbers: [0, 0, 0, 0, 0],
  },
  { name: 'nothing', spec: null, status: null, generation: undefined, is: 'updating', numbers: [1, 0, 0, 0, 0] },
];

const nodes = (desired: number, updated: number, available: number, current = desired) => ({
  ...{ observedGeneration: 2, currentNumberScheduled: current, desiredNumberScheduled: desired },
  ...{ updatedNumberScheduled: updated, numberReady: available, numberAvailable: available, numberMisscheduled: 0 },
});
const onDelete = { updateStrategy: { type: 'OnDelete' } };

const daemonsets: Case[] = [
  { name: 'done', status: nodes(4, 4, 4), is: 'ready', numbers: [4, 4, 4, 4, 0] },
  { name: 'no node wants it', status: nodes(0, 0, 0), is: 'ready', numbers: [0, 0, 0, 0, 0] },
  { name: 'on its way', status: nodes(4, 1, 3), is: 'updating', numbers: [4, 1, 3, 3, 3] },
  { name: 'updated, and not available', status: nodes(4, 4, 3), is: 'updating', numbers: [4, 4, 3, 3, 0] },
  { name: 'a new node', status: nodes(4, 3, 3, 3), is: 'updating', numbers: [4, 3, 3, 3, 0] },
  {
    name: 'waits for somebody to delete pods',
    spec: onDelete,
    status: nodes(4, 1, 4),
    is: 'ready',
    numbers: [4, 1, 4, 4, 3],
  },
  {
    name: 'not seen yet by its controller',
    generation: 3,
    status: nodes(4, 4, 4),
    is: 'started',
    numbers: [4, 4, 4, 4, 0],
  },
];

const revisions = (current: string, update: string) => ({ currentRevision: current, updateRevision: update });
const partition = (n: number) => ({
  replicas: 3,
  updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: n } },
});

const statefulsets: Case[] = [
  {
    name: 'done',
    spec: partition(0),
    status: { ...pods(3, 3, 3), ...revisions('b', 'b') },
    is: 'ready',
    numbers: [3, 3, 3, 3, 0],
  },
  {
    name: 'on its way',
    spec: partition(0),
    status: { ...pods(3, 1, 2), ...revisions('a', 'b') },
    is: 'updating',
    numbers: [3, 1, 2, 2, 2],
  },
  {
    name: 'updated, and not ready',
    spec: partition(0),
    status: { ...pods(3, 3, 2), ...revisions('b', 'b') },
    is: 'updating',
    numbers: [3, 3, 2, 2, 0],
  },
  {
    name: 'all of it above its partition',
    spec: partition(2),
    status: { ...pods(3, 1, 3), ...revisions('a', 'b') },
    is: 'ready',
    numbers: [3, 1, 3, 3, 2],
  },
  {
    name: 'not all of it above its partition',
    spec: partition(1),
    status: { ...pods(3, 1, 3), ...revisions('a', 'b') },
    is: 'updating',
    numbers: [3, 1, 3, 3, 2],
  },
  {
    name: 'waits for somebody to delete pods',
    spec: { ...onDelete, replicas: 3 },
    status: { ...pods(3, 0, 3), ...revisions('a', 'b') },
    is: 'ready',
    numbers: [3, 0, 3, 3, 3],
  },
  {
    name: 'of a cluster that does not count what is available',
    ...{ spec: { replicas: 2 }, status: { observedGeneration: 2, replicas: 2, readyReplicas: 2, updatedReplicas: 2 } },
    ...{ is: 'ready', numbers: [2, 2, 2, 2, 0] },
  },
];

const cronjobs: Case[] = [
  {
    name: 'has nothing to roll out',
    spec: { schedule: '@daily' },
    status: {},
    is: 'ready',
    numbers: [0, 0, 0, 0, 0],
  },
];

describe.each([
  ['deployment', deployments],
  ['daemonset', daemonsets],
  ['statefulset', statefulsets],
  ['cronjob', cronjobs],
])('a %s', (kind, cases) => {
  it.each(cases)('is $is: $name', ({ spec, status, is, numbers, messages = [], ...given }) => {
    const generation = 'generation' in given ? given.generation : 2;
    const object = { metadata: { name: 'pear', ...(generation === undefined ? {} : { generation }) }, spec, status };
    const [desired, updated, ready, available, outdated] = numbers;
    expect(liveWorkload(kind, object)).toEqual({
      status: is,
      rollout: { desired, updated, ready, available, outdated, messages },
    });
  });
});

describe('what made a workload', () => {
  const annotated = (antecedent: unknown) => ({
    ...deployment('orchard', 'pear'),
    metadata: { annotations: { 'helm.fluxcd.io/antecedent': antecedent } },
  });

  it('is told where it is a resource id, and only there', () => {
    expect(liveWorkload('deployment', annotated('orchard:helmrelease/pear')).antecedent).toBe(
      'orchard:helmrelease/pear',
    );
    for (const bad of ['pear', 'a:b/c\n', 1, null]) {
      expect(liveWorkload('deployment', annotated(bad))).not.toHaveProperty('antecedent');
    }
  });
});

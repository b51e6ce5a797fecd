import { isRecord } from '../manifests/read-document.js';
import { type DocumentPath, memberAt } from '../manifests/workload.js';
import type { LiveWorkload, Rollout } from './cluster-view.js';

/**
 * What an object of the Kubernetes API says of itself: the rules are those of `kubectl rollout status`, and the words
 * those of Flux's daemon.
 *
 * @param kind in small letters, one of `deployment`, `daemonset`, `statefulset` and `cronjob`.
 */
export function liveWorkload(kind: string, object: unknown): LiveWorkload {
  const seen = rules[kind]?.(object);
  const antecedent = memberAt(object, ['metadata', 'annotations', 'helm.fluxcd.io/antecedent']);
  return {
    // A CronJob makes jobs when it is time: there is nothing to roll out, and it says of no generation that it was seen.
    status: seen === undefined ? 'ready' : statusOf(object, seen),
    rollout: seen?.rollout ?? { desired: 0, updated: 0, ready: 0, available: 0, outdated: 0, messages: [] },
    ...(typeof antecedent === 'string' && resourceId.test(antecedent) ? { antecedent } : {}),
  };
}

interface Seen {
  rollout: Rollout;
  isDone: boolean;
}

/** Numbers of a status belong to the generation that it names: until that is the newest one, they tell of the one before. */
function statusOf(object: unknown, { rollout, isDone }: Seen): LiveWorkload['status'] {
  const isObserved = count(object, ['status', 'observedGeneration']) >= count(object, ['metadata', 'generation']);
  if (!isObserved) return 'started';
  if (rollout.messages.length > 0) return 'error';
  return isDone ? 'ready' : 'updating';
}

const rules: Readonly<Record<string, (object: unknown) => Seen>> = {
  deployment(object) {
    const desired = replicas(object);
    const updated = count(object, ['status', 'updatedReplicas']);
    const available = count(object, ['status', 'availableReplicas']);
    const outdated = Math.max(0, count(object, ['status', 'replicas']) - updated);
    return {
      rollout: {
        ...{ desired, updated, available, outdated },
        ready: count(object, ['status', 'readyReplicas']),
        messages: deploymentProblems(object),
      },
      isDone: updated >= desired && outdated === 0 && available >= updated,
    };
  },

  daemonset(object) {
    const desired = count(object, ['status', 'desiredNumberScheduled']);
    const updated = count(object, ['status', 'updatedNumberScheduled']);
    const available = count(object, ['status', 'numberAvailable']);
    return {
      rollout: {
        ...{ desired, updated, available },
        ready: count(object, ['status', 'numberReady']),
        outdated: Math.max(0, count(object, ['status', 'currentNumberScheduled']) - updated),
        messages: [],
      },
      isDone: (isOnDelete(object) || updated >= desired) && available >= desired,
    };
  },

  statefulset(object) {
    const desired = replicas(object);
    const updated = count(object, ['status', 'updatedReplicas']);
    const ready = count(object, ['status', 'readyReplicas']);
    // Clusters before 1.22 do not count these.
    const hasAvailable = memberAt(object, ['status', 'availableReplicas']) !== undefined;
    const available = hasAvailable ? count(object, ['status', 'availableReplicas']) : ready;
    // Pods below the partition stay as they are, on purpose.
    const partition = count(object, ['spec', 'updateStrategy', 'rollingUpdate', 'partition']);
    const isUpdated =
      partition > 0
        ? updated >= desired - partition
        : memberAt(object, ['status', 'updateRevision']) === memberAt(object, ['status', 'currentRevision']);
    return {
      rollout: {
        ...{ desired, updated, ready, available },
        outdated: Math.max(0, count(object, ['status', 'replicas']) - updated),
        messages: [],
      },
      isDone: (isOnDelete(object) || isUpdated) && available >= desired,
    };
  },
};

/** One pod where nothing is said. */
const replicas = (object: unknown): number =>
  memberAt(object, ['spec', 'replicas']) === undefined ? 1 : count(object, ['spec', 'replicas']);

/** Pods of the newest template come when somebody deletes the others: that they have not is no reason to wait. */
const isOnDelete = (object: unknown): boolean => memberAt(object, ['spec', 'updateStrategy', 'type']) === 'OnDelete';

/** Its deadline has passed, or pods of it cannot be made, as with a quota that is used up. */
function deploymentProblems(object: unknown): string[] {
  const conditions = memberAt(object, ['status', 'conditions']);
  if (!Array.isArray(conditions)) return [];
  return conditions.flatMap((condition: unknown) => {
    if (!isRecord(condition)) return [];
    const { type, status, reason, message } = condition;
    const isProblem =
      (type === 'Progressing' && status === 'False') || (type === 'ReplicaFailure' && status === 'True');
    if (!isProblem) return [];
    const said = [reason, message].filter((text) => typeof text === 'string' && text !== '').join(': ');
    return [said === '' ? type : said.slice(0, 500)];
  });
}

/** Of pods, in the 32 bits that the protocols have for it; 0 for what is absent, as Go leaves that out. */
function count(object: unknown, path: DocumentPath): number {
  const value = memberAt(object, path);
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 2 ** 31 ? value : 0;
}

/** `namespace:kind/name`. */
const resourceId = /^(?:<cluster>|[\w-]{1,63}):[\w-]{1,63}\/[\w.:-]{1,253}$/;

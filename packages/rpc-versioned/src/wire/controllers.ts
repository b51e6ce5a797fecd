import { container, type Container } from './images.js';
import { resourceId } from './resource-id.js';
import { always, flag, int32, list, map, struct, text } from './shape.js';

/** How far the roll-out of a workload is. */
export interface Rollout {
  /** Pods wanted; all numbers are int32. */
  Desired: number;
  Updated: number;
  Ready: number;
  Available: number;
  Outdated: number;
  Messages: string[] | null;
}

const rollout = struct<Rollout>('cluster.RolloutStatus', {
  Desired: always(int32),
  Updated: always(int32),
  Ready: always(int32),
  Available: always(int32),
  Outdated: always(int32),
  Messages: always(list(text)),
});

/** One workload of the cluster. */
export interface ControllerStatus {
  /** A resource id. */
  ID: string;
  Containers: Container[] | null;
  /** Why it cannot be changed: `NotInRepo`, `System`, `NoRepo`, `NotReady`, `ReadOnlyMode`; `''` where it can. */
  ReadOnly: string;
  /** `unknown`, `error`, `ready`, `updating`, `started`, or text of an old daemon. */
  Status: string;
  Rollout: Rollout;
  /** Why the last sync of it failed. */
  SyncError: string;
  /** The resource id of what made it, `''` where nothing did. */
  Antecedent: string;
  Labels: Record<string, string> | null;
  Automated: boolean;
  Locked: boolean;
  Ignore: boolean;
  /** Policies by name: `automated`, `locked`, `tag.<container>`, … */
  Policies: Record<string, string> | null;
}

export const controllerStatus = struct<ControllerStatus>('v6.ControllerStatus', {
  ID: always(resourceId),
  Containers: always(list(container)),
  ReadOnly: always(text),
  Status: always(text),
  Rollout: always(rollout),
  SyncError: always(text),
  Antecedent: always(resourceId),
  Labels: always(map(text)),
  Automated: always(flag),
  Locked: always(flag),
  Ignore: always(flag),
  Policies: always(map(text)),
});

/** What `ListServicesWithOptions` asks for: one of the two. */
export interface ListServicesOptions {
  Namespace: string;
  /** Resource ids. */
  Services: string[] | null;
}

export const listServicesOptions = struct<ListServicesOptions>('v11.ListServicesOptions', {
  Namespace: always(text),
  Services: always(list(resourceId)),
});

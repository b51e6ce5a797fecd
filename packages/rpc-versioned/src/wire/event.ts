import { releaseContainersSpec, releaseImageSpec, updateCause, updateSpec, automatedSpec } from './update-spec.js';
import type { AutomatedSpec, ReleaseContainersSpec, ReleaseImageSpec, UpdateCause, UpdateSpec } from './update-spec.js';
import { type WorkloadResults, workloadResults } from './job-status.js';
import { resourceId } from './resource-id.js';
import {
  always,
  flag,
  int,
  isObject,
  list,
  map,
  PayloadError,
  type Shape,
  struct,
  text,
  unlessEmpty,
} from './shape.js';
import { time } from './time.js';

/** What every event has. */
interface EventBase {
  /** 0 until the service has stored it. */
  id: number;
  /** Resource ids of what it is about. */
  serviceIDs: string[] | null;
  /** RFC 3339, UTC, to the nanosecond; `0001-01-01T00:00:00Z` where it is not set. */
  startedAt: string;
  endedAt: string;
  /** `debug`, `info`, `warn` or `error`; may be `''`. */
  logLevel: string;
  message?: string;
}

/** Something that happened in a daemon, as it posts it to `/v6/events`. */
export type FluxEvent =
  | (EventBase & { type: 'commit'; metadata?: CommitMetadata })
  | (EventBase & { type: 'sync'; metadata?: SyncMetadata })
  | (EventBase & { type: 'release'; metadata?: ReleaseMetadata })
  | (EventBase & { type: 'autorelease'; metadata?: AutoReleaseMetadata })
  | (EventBase & { type: PlainEventType });

/** Types of events that have no metadata. */
export type PlainEventType = 'automate' | 'deautomate' | 'lock' | 'unlock' | 'update_policy';

/** A change of the manifests was committed. */
export interface CommitMetadata {
  revision?: string;
  spec: UpdateSpec | null;
  result?: WorkloadResults;
}

/** Commits were applied to the cluster. */
export interface SyncMetadata {
  commits: { revision: string; message: string }[] | null;
  /** Old events have these in place of commits. */
  revisions?: string[];
  /** Kinds of events that the commits hold; `other` for commits of people. */
  includes?: Record<string, boolean>;
  errors?: { ID: string; Path: string; Error: string }[];
  /** Whether it was the first since the daemon started. */
  initialSync?: boolean;
}

/** Images were released on somebody's request. */
export interface ReleaseMetadata {
  Revision: string;
  result: WorkloadResults | null;
  error?: string;
  spec: ReleaseSpec;
  cause: UpdateCause;
}

/** One of the two, as `Type` says. */
export interface ReleaseSpec {
  /** `releaseImageSpecType` or `releaseContainersSpecType`. */
  Type: string;
  ReleaseImageSpec: ReleaseImageSpec | null;
  ReleaseContainersSpec: ReleaseContainersSpec | null;
}

/** Images were released by automation. */
export interface AutoReleaseMetadata {
  Revision: string;
  result: WorkloadResults | null;
  error?: string;
  spec: AutomatedSpec;
}

/** Null or the value. */
const orNull = <T>(shape: Shape<T>): Shape<T | null> => ({
  goType: `*${shape.goType}`,
  read: (value) => (value === undefined || value === null ? null : shape.read(value)),
  isEmpty: (value) => value === null,
});

const commitMetadata = struct<CommitMetadata>('event.CommitEventMetadata', {
  revision: unlessEmpty(text),
  spec: always(orNull(updateSpec)),
  result: unlessEmpty(workloadResults),
});

const syncMetadata = struct<SyncMetadata>('event.SyncEventMetadata', {
  revisions: unlessEmpty(list(text)),
  commits: always(
    list(
      struct<{ revision: string; message: string }>('event.Commit', { revision: always(text), message: always(text) }),
    ),
  ),
  includes: unlessEmpty(map(flag)),
  errors: unlessEmpty(
    list(
      struct<{ ID: string; Path: string; Error: string }>('event.ResourceError', {
        ID: always(resourceId),
        Path: always(text),
        Error: always(text),
      }),
    ),
  ),
  initialSync: unlessEmpty(flag),
});

const releaseSpecShape = struct<ReleaseSpec>('event.ReleaseSpec', {
  Type: always(text),
  ReleaseImageSpec: always(orNull(releaseImageSpec)),
  ReleaseContainersSpec: always(orNull(releaseContainersSpec)),
});

/** A spec without a type is an old one: an image spec itself. */
const releaseSpec: Shape<ReleaseSpec> = {
  ...releaseSpecShape,
  read(value) {
    const read = releaseSpecShape.read(value);
    if (read.Type !== '' || !isObject(value) || read.ReleaseImageSpec !== null) return read;
    const isOld = Object.keys(value).some((name) => name.toLowerCase() === 'imagespec');
    return isOld ? { ...read, Type: 'releaseImageSpecType', ReleaseImageSpec: releaseImageSpec.read(value) } : read;
  },
  isEmpty: () => false,
};

const releaseMetadata = struct<ReleaseMetadata>('event.ReleaseEventMetadata', {
  Revision: always(text),
  result: always(workloadResults),
  error: unlessEmpty(text),
  spec: always(releaseSpec),
  cause: always(updateCause),
});

const autoReleaseMetadata = struct<AutoReleaseMetadata>('event.AutoReleaseEventMetadata', {
  Revision: always(text),
  result: always(workloadResults),
  error: unlessEmpty(text),
  spec: always(automatedSpec),
});

/** Metadata by type; a type without any has undefined. */
const metadata: Record<FluxEvent['type'], Shape<unknown> | undefined> = {
  commit: commitMetadata,
  sync: syncMetadata,
  release: releaseMetadata,
  autorelease: autoReleaseMetadata,
  automate: undefined,
  deautomate: undefined,
  lock: undefined,
  unlock: undefined,
  update_policy: undefined,
};

/** The types of events. */
export const eventTypes = Object.keys(metadata) as readonly FluxEvent['type'][];

const isEventType = (type: string): type is FluxEvent['type'] => Object.hasOwn(metadata, type);

const envelope = struct<Omit<EventBase, 'message'> & { type: string; message?: string; metadata?: unknown }>(
  'event.Event',
  {
    id: always(int),
    serviceIDs: always(list(resourceId)),
    type: always(text),
    startedAt: always(time),
    endedAt: always(time),
    logLevel: always(text),
    message: unlessEmpty(text),
    metadata: unlessEmpty<unknown>({
      goType: 'json.RawMessage',
      read: (value) => value ?? undefined,
      isEmpty: (value) => value === undefined,
    }),
  },
);

/**
 * Reads an event, or brings one into the form in which it is posted.
 *
 * @throws RpcError `invalid_payload` for what is none, or of no known type.
 */
export function readEvent(value: unknown): FluxEvent {
  if (!isObject(value)) throw PayloadError.mismatch(value, 'event.Event');
  const { metadata: given, ...event } = envelope.read(value);
  const { type } = event;
  if (type === '') throw new PayloadError('Event type is empty');
  if (!isEventType(type)) throw new PayloadError(`unknown event type: ${type}`);
  const shape = metadata[type];
  const read = shape === undefined || given === undefined ? {} : { metadata: shape.read(given) };
  return { ...event, ...read } as FluxEvent;
}

import type { JobKey, Visibility } from '../backend.js';
import type { MetaEntry, TagName, User } from '../../wire/models/administration.js';
import type { Job } from '../../wire/models/job.js';

/** A job by its row id, or the newest match of a key. */
export type JobTarget = { id: number } | JobKey;

/** What a change to a job's tags came to. The job carries its metaData and all of its tags, readable or not. */
export type TagOutcome =
  | { outcome: 'changed'; job: Job }
  | { outcome: 'not_found' }
  /** Nothing was changed: this tag is nowhere. */
  | { outcome: 'no_such_tag'; tag: Required<TagName> };

/** Which tagged jobs a deletion leaves alone: none, each with any tag, each with a tag that a person gave (type neither `app` nor `jobClass`). */
export type KeepTagged = 'none' | 'all' | 'user';

/** What is done to jobs after they were reported. Each is one atomic step, but for `deleteJobsBefore`. Permissions were checked before. */
export interface JobAdministration {
  /** With all of its metaData and tags; undefined where no such job is visible. Overwrites the key. */
  editMeta(target: JobTarget, entry: MetaEntry, visibility: Visibility): Promise<Job | undefined>;
  /** Makes tags that are new, attaches each once: one that the job has already stays. */
  tagJob(id: number, tags: readonly Required<TagName>[], visibility: Visibility): Promise<TagOutcome>;
  /** Takes tags off a job; one that exists, but not on this job, is passed over. */
  untagJob(id: number, tags: readonly Required<TagName>[], visibility: Visibility): Promise<TagOutcome>;
  /** Deletes tags from all jobs and for good. @returns the first that is nowhere, and nothing was deleted; else undefined. */
  deleteTags(tags: readonly Required<TagName>[]): Promise<Required<TagName> | undefined>;
  /** With its tags and archive. @returns the row id, undefined where there was no match. */
  deleteJob(target: JobTarget): Promise<number | undefined>;
  /**
   * Deletes jobs of any state that started before a time, in steps, so that a million of them does not hold up other writes.
   * When it fails, the steps before were done; asking again goes on.
   *
   * @param before Unix seconds, exclusive.
   * @returns how many.
   */
  deleteJobsBefore(before: number, keepTagged: KeepTagged): Promise<number>;
}

/** One stretch of a series' samples as `debug` shows it. */
export interface MetricStretch {
  /** Unix seconds of the first sample and of the end. */
  start: number;
  end: number;
  samples: number;
  /** Whether it has left the journal (docs/protocol.md calls it saved). */
  isSaved: boolean;
}

/** The samples below one part of the tree cluster / host / part / device. */
export interface MetricTree {
  metrics: ReadonlyMap<string, readonly MetricStretch[]>;
  /** By the next part of the path: `n01`, `hwthread0`, `accelerator00000000:49:00.0`. */
  children: ReadonlyMap<string, MetricTree>;
}

/** Looks into the samples and lets go of old ones. A path's parts are cluster, host, part with its id, device with its id. */
export interface MetricAdministration {
  /** Deletes stretches that end before a time below each path; an empty path is everything. @param before Unix seconds. @returns how many. */
  freeMetrics(paths: readonly (readonly string[])[], before: number): Promise<number>;
  /** @returns undefined where nothing was ever written below the path. */
  metricTree(path: readonly string[]): Promise<MetricTree | undefined>;
}

/** A user with what a login is checked against. */
export interface StoredUser extends User {
  /** As the password hasher made it; absent = cannot log in with a password. */
  passwordHash?: string;
}

/** Users. Rules and texts are the handlers'. */
export interface UserStore {
  /** In the order in which they were made. */
  list(): Promise<User[]>;
  find(username: string): Promise<StoredUser | undefined>;
  /** @returns false where the name is taken. */
  create(user: StoredUser): Promise<boolean>;
  /** With the user's settings. @returns false where there was none. */
  delete(username: string): Promise<boolean>;
  /**
   * Reads and writes in one atomic step.
   *
   * @param change gives the user as it is to be, or what keeps it from being so: then nothing is changed.
   * @returns undefined where there is no such user, else what `change` returned.
   */
  update<Refusal>(
    username: string,
    change: (user: User) => { user: User } | { refused: Refusal },
  ): Promise<{ user: User } | { refused: Refusal } | undefined>;
  /** @returns false where there is no such user. @param value JSON text. */
  setSetting(username: string, key: string, value: string): Promise<boolean>;
  /** Key and JSON text. */
  settings(username: string): Promise<Record<string, string>>;
}

/** A document that a machine left about itself. */
export interface MachineState {
  body: Uint8Array;
  /** Unix milliseconds. */
  modifiedAt: number;
}

/** What belongs to the site as a whole. */
export interface SiteStore {
  /** The notice on the start page; empty = none. */
  notice(): Promise<string>;
  setNotice(text: string): Promise<void>;
  machineState(cluster: string, host: string): Promise<MachineState | undefined>;
  setMachineState(cluster: string, host: string, state: MachineState): Promise<void>;
}

/** The half of a backend that looks after what was reported. */
export interface AdministrationBackend extends JobAdministration, MetricAdministration {
  readonly users: UserStore;
  readonly site: SiteStore;
}

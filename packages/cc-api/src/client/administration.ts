import type {
  JobNumber,
  LogEntry,
  LogQuery,
  MetaEntry,
  NewUser,
  TagName,
  Tagger,
  User,
  UserChange,
} from '../wire/models/administration.js';
import type { Job } from '../wire/models/job.js';
import type { CallOptions } from './cc-client.js';

/**
 * The operations around the jobs: tags, metadata, deletion, users, stored documents, and what only a session opens.
 * What is sent twice changes nothing more than what is sent once, so all but the making of users is repeated after a
 * failure that may pass.
 */
export interface CcAdministration {
  /** Puts tags on a job. @param id the store's row id. @throws CcApiError `job_not_found`. */
  tagJob(id: number, tags: readonly TagName[], options?: CallOptions): Promise<Job>;
  /** Takes tags off a job; private ones stay. @throws CcApiError `job_not_found`. */
  untagJob(id: number, tags: readonly TagName[], options?: CallOptions): Promise<Job>;
  /** Removes tags from all jobs. @returns the server's sentence on how many. */
  deleteTags(tags: readonly TagName[], options?: CallOptions): Promise<string>;
  /** Sets one metadata entry. @param id the store's row id. @throws CcApiError `job_not_found`. */
  editMeta(id: number, entry: MetaEntry, options?: CallOptions): Promise<Job>;
  /** Sets one metadata entry of the job of a number. @throws CcApiError `job_not_found`. */
  editMetaByKey(job: JobNumber, entry: MetaEntry, options?: CallOptions): Promise<Job>;
  /** Forgets one job; the archive keeps it. The original answers the same where there is none. @param id the row id. */
  deleteJob(id: number, options?: CallOptions): Promise<string>;
  /** Forgets the job of a number; the archive keeps it. @throws CcApiError `job_not_found`. */
  deleteJobByKey(job: JobNumber, options?: CallOptions): Promise<string>;
  /** Forgets jobs that started before a time. @param before Unix seconds. */
  deleteJobsBefore(
    before: number,
    options?: CallOptions & {
      /** Spares no tagged job, all of them, or those that a user tagged. Default `none`. */
      omitTagged?: 'none' | 'all' | 'user' | undefined;
    },
  ): Promise<string>;
  /** Reads back what was stored for a host: text, whatever it is. @throws CcApiError `route_not_found` where nothing is. */
  getMachineState(cluster: string, host: string, options?: CallOptions): Promise<string>;
  /** Stores a document for a host: a text as it is, anything else as JSON. */
  putMachineState(cluster: string, host: string, state: unknown, options?: CallOptions): Promise<void>;
  /** Lets the metric store drop samples before a time. @param selectors paths: `[['demo', 'n01']]`. @returns the server's sentence. */
  freeMetrics(before: number, selectors: readonly (readonly string[])[], options?: CallOptions): Promise<string>;
  /** What the metric store holds in memory, as text. @param selector parts of a path. */
  debugMetrics(selector: readonly string[], options?: CallOptions): Promise<string>;
  /** Users, for a token of an administrator. */
  listUsers(
    options?: CallOptions & {
      /** Leaves out those who are plain users only. Default false. */
      notJustUser?: boolean | undefined;
    },
  ): Promise<User[]>;
  /** Makes one change to a user, for a token of an administrator. */
  updateUser(username: string, change: UserChange, options?: CallOptions): Promise<string>;
  /** {@link listUsers} for an administrator's session. */
  listUsersBySession(options?: CallOptions & { notJustUser?: boolean | undefined }): Promise<User[]>;
  /** {@link updateUser} for an administrator's session. */
  updateUserBySession(username: string, change: UserChange, options?: CallOptions): Promise<string>;
  /** Makes a user; never sent twice. For an administrator's session. */
  createUser(user: NewUser, options?: CallOptions): Promise<string>;
  /** Removes a user; done, too, where there is none. For an administrator's session. */
  deleteUser(username: string, options?: CallOptions): Promise<void>;
  /** The roles that users can have. For an administrator's session. */
  listRoles(options?: CallOptions): Promise<string[]>;
  /** Sets the notice on the start page, at most 10,000 bytes; empty takes it away. For an administrator's session. */
  setNotice(text: string, options?: CallOptions): Promise<string>;
  /** For an administrator's session. */
  listTaggers(options?: CallOptions): Promise<Tagger[]>;
  /** Lets a tagger look at all jobs. For an administrator's session. */
  runTagger(name: string, options?: CallOptions): Promise<string>;
  /** Keeps a setting of the user interface. @param value anything that JSON can hold. For a session. */
  setConfiguration(key: string, value: unknown, options?: CallOptions): Promise<string>;
  /** Signs a token: for oneself, or by an administrator for anybody. For a session. */
  createJwt(username: string, options?: CallOptions): Promise<string>;
  /** The server's journal. For an administrator's session. */
  listLogs(query?: LogQuery, options?: CallOptions): Promise<LogEntry[]>;
}

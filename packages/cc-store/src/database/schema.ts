import type { ColumnType, Generated } from 'kysely';

/** A blob: drivers answer it in different classes; read it with `bytesOf`. */
export type Bytes = ColumnType<ArrayBuffer | Uint8Array, Uint8Array, Uint8Array>;

/** A job: what is searched for in columns, the rest as one JSON document (docs/design.md §2). */
export interface JobTable {
  id: Generated<number>;
  cluster: string;
  job_id: number;
  /** Unix seconds. */
  start_time: number;
  state: string;
  project: string;
  user_name: string;
  /** Seconds; of a running job 0 and computed when read. */
  duration: number;
  /** The nodes it runs on, as JSON: apart from the document, because `used_nodes` reads nothing else. */
  resources: string;
  /** `JobDocument` as JSON. */
  document: string;
  /** JSON, apart from the document because lists leave it out. */
  meta_data: string | null;
  num_nodes: Generated<number>;
  /** Of an archived job: JSON text as lists send it. */
  statistics: string | null;
}

/** Which jobs a host has or had: the newest first where it is read backwards. */
export interface JobHostTable {
  host: string;
  /** The job's, Unix seconds. */
  start_time: number;
  job: number;
}

/** Stopped jobs that are not archived yet (docs/design.md §7). */
export interface ArchiveQueueTable {
  job: number;
  /** Unix milliseconds. */
  due_at: number;
}

/** What was measured of a job. */
export interface JobArchiveTable {
  job: number;
  data: Bytes;
}

export interface TagTable {
  id: Generated<number>;
  type: string;
  name: string;
  scope: string;
}

export interface JobTagTable {
  job: number;
  tag: number;
}

export interface ClusterTable {
  name: string;
  /** Cluster as it was put, as JSON. */
  document: string;
}

/** What a machine belongs to before it has come. */
export interface RegistrationTable {
  id: string;
  /** SHA-256 of the token. */
  token_hash: Bytes;
  workspace: string;
  node_group: string;
  /** JSON array of cluster names, or null for the machine's own host alone. */
  clusters: string | null;
  max_uses: number | null;
  uses: number;
  /** Unix milliseconds. */
  created_at: number;
  expires_at: number | null;
  revoked_at: number | null;
}

export interface MachineTable {
  /** 1, 2, 3 …; never given twice. */
  number: Generated<number>;
  id: string;
  workspace: string;
  node_group: string;
  host: string;
  registration: string;
  /** What it said of itself at its last login, as JSON. */
  inventory: string;
  /** Unix milliseconds. */
  created_at: number;
  updated_at: number;
}

export interface SessionTokenTable {
  id: Generated<number>;
  machine: number;
  /** SHA-256 of the token. */
  token_hash: Bytes;
  /** Unix milliseconds. */
  issued_at: number;
  /** Null for the newest one. */
  expires_at: number | null;
  /** Whether it has opened anything yet. */
  used: number;
}

/** The newest report of each machine's agent. */
export interface MachineReportTable {
  machine: number;
  /** Unix milliseconds. */
  reported_at: number;
  /** JSON. */
  report: string;
}

/** Who this control plane is to Juju's agents; one row, whose id is 1. */
export interface ControlPlaneTable {
  id: number;
  controller_uuid: string;
  model_uuid: string;
}

/** The Juju identity of a machine, whose tag is `machine-` and its number. */
export interface MachineIdentityTable {
  machine: number;
  nonce: string;
  /** SHA-256 of what the machine claimed it with; null once the machine has a password of its own making. */
  claim_hash: Bytes | null;
  password_salt: Bytes;
  /** SHA-256 of salt and password. */
  password_hash: Bytes;
  /** `alive`, `dying` or `dead`. */
  life: string;
  /** Unix milliseconds. */
  created_at: number;
}

/** What agents are told to do, by key. */
export interface AgentSettingTable {
  key: string;
  value: string;
}

/** A node as it was reported last. */
export interface NodeTable {
  id: Generated<number>;
  cluster: string;
  host: string;
  sub_cluster: string;
  state: string;
  health: string;
  cpus_allocated: number;
  memory_allocated: number;
  gpus_allocated: number;
  jobs_running: number;
  /** Unix seconds. */
  reported_at: number;
}

/** Every report of a node that told something new. */
export interface NodeStateTable {
  id: Generated<number>;
  node: number;
  time: number;
  state: string;
  health: string;
  cpus_allocated: number;
  memory_allocated: number;
  gpus_allocated: number;
  jobs_running: number;
}

/** One series: one metric of one part of one host. */
export interface SeriesTable {
  /** Given by the store in a file, by the database where many servers share it. */
  id: Generated<number>;
  cluster: string;
  host: string;
  metric: string;
  /** `node`, `socket`, …. */
  type: string;
  type_id: string;
  subtype: string;
  subtype_id: string;
}

/** Samples as they arrived, one row for each commit that held some (docs/design.md §4). */
export interface JournalTable {
  seq: Generated<number>;
  batch: Bytes;
}

/** Some hundred samples of one series, ordered by time. */
export interface ChunkTable {
  id: Generated<number>;
  series: number;
  /** Unix seconds. */
  first_time: number;
  last_time: number;
  samples: number;
  data: Bytes;
  /** 1 when `rollup` has its samples. */
  rolled: Generated<number>;
}

/** Some hundred buckets of one series, ordered by time (docs/design.md §4.7). */
export interface RollupTable {
  id: Generated<number>;
  series: number;
  /** Seconds from one bucket to the next. */
  step: number;
  /** When the first and the last bucket begin, Unix seconds. */
  first_time: number;
  last_time: number;
  buckets: number;
  data: Bytes;
}

/** A user: who it is as one JSON document (docs/design.md §3). */
export interface UserAccountTable {
  id: Generated<number>;
  /** Through `toColumn`, as the other texts of users and machines are. */
  username: string;
  document: string;
  /** Null: no login with a password. */
  password_hash: string | null;
}

export interface UserSettingTable {
  user_account: number;
  key: string;
  value: string;
}

/** The newest document that a machine left about itself. */
export interface MachineStateTable {
  cluster: string;
  host: string;
  body: Bytes;
  /** Unix milliseconds. */
  modified_at: number;
}

/** Texts of the site as a whole: the `notice`. */
export interface SiteTextTable {
  name: string;
  text: string;
}

/** Every table of the store. */
export interface Schema {
  job: JobTable;
  tag: TagTable;
  job_tag: JobTagTable;
  job_host: JobHostTable;
  archive_queue: ArchiveQueueTable;
  job_archive: JobArchiveTable;
  cluster: ClusterTable;
  registration: RegistrationTable;
  machine: MachineTable;
  session_token: SessionTokenTable;
  machine_report: MachineReportTable;
  control_plane: ControlPlaneTable;
  machine_identity: MachineIdentityTable;
  agent_setting: AgentSettingTable;
  node: NodeTable;
  node_state: NodeStateTable;
  series: SeriesTable;
  journal: JournalTable;
  chunk: ChunkTable;
  rollup: RollupTable;
  user_account: UserAccountTable;
  user_setting: UserSettingTable;
  machine_state: MachineStateTable;
  site_text: SiteTextTable;
}

/** A blob column's value as bytes, whichever class it came in: a `Buffer` is a `Uint8Array` that slices otherwise. */
export function bytesOf(value: ArrayBuffer | Uint8Array): Uint8Array {
  return value instanceof ArrayBuffer
    ? new Uint8Array(value)
    : new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
}

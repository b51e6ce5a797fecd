/** What users may be; `api` is for schedulers and other programs. */
export const userRoles = ['api', 'user', 'manager', 'support', 'admin'] as const;

export type UserRole = (typeof userRoles)[number];

/** A user, without the password. */
export interface User {
  /** The name to log in with. */
  username: string;
  /** Of the person; may be empty. */
  name: string;
  email: string;
  /** Null once the last one was taken. */
  roles: string[] | null;
  /** Projects that a manager manages. */
  projects: string[] | null;
  authType: number;
  authSource: number;
}

/** A user to make. */
export interface NewUser {
  /** 1 to 100 bytes. */
  username: string;
  role: UserRole;
  /** At most 72 bytes; only users of the role `api` may go without. */
  password?: string;
  name?: string;
  email?: string;
  /** Of a manager, who needs one; nobody else may have one. */
  project?: string;
}

/** One change to a user. */
export type UserChange =
  { 'add-role': UserRole } | { 'remove-role': UserRole } | { 'add-project': string } | { 'remove-project': string };

/** A tag in a request. */
export interface TagName {
  type: string;
  name: string;
  /** `global` unless given; `admin`, or the name of the user whose private tag it is. */
  scope?: string;
}

/** Names a job. Without `cluster` and `startTime` the newest with that number is meant. */
export interface JobNumber {
  /** The scheduler's number. */
  jobId: number;
  cluster?: string;
  /** Unix seconds. */
  startTime?: number;
}

/** One metadata entry of a job. */
export interface MetaEntry {
  key: string;
  value: string;
}

/** Puts tags on jobs by itself. */
export interface Tagger {
  name: string;
  /** Whether it looks at jobs when they start or when they stop. */
  type: 'start' | 'stop';
  /** Whether it looks at all jobs now. */
  running: boolean;
}

/** A line of the server's journal. */
export interface LogEntry {
  /** Unix microseconds, as text. */
  timestamp: string;
  /** 0 emergency to 7 debug. */
  priority: number;
  message: string;
  /** The service that wrote it. */
  unit: string;
}

/** Which lines of the journal are wanted. */
export interface LogQuery {
  /** From when on, in journalctl's words. Default `1 hour ago`. */
  since?: string | undefined;
  /** At most 1000. Default 200. */
  lines?: number | undefined;
  /** Only lines of this priority and worse, 0 to 7. */
  level?: number | undefined;
  /** Only lines that hold this text. */
  search?: string | undefined;
}

import { z } from 'zod';

/** Names of groups and clusters become tag values, parts of paths and columns of tables. */
const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, 'letters, digits, ".", "_" and "-", 63 at most');

/** Unix milliseconds. */
const moment = z.number().int().nonnegative();

/** A span from now; 100 years keep every moment exact. */
const span = z
  .number()
  .int()
  .positive()
  .max(100 * 365 * 86_400_000);

const registration = z.object({
  id: z.string(),
  group: z.string(),
  /** Whole clusters that machines enrolled with it may report for; `*` = all. */
  clusters: z.array(z.string()),
  createdAt: moment,
  /** Absent = never. */
  expiresAt: moment.optional(),
  /** Machines that it may still enrol; absent = any number. */
  usesLeft: z.number().int().nonnegative().optional(),
  state: z.enum(['open', 'used up', 'expired', 'revoked']),
});

const machine = z.object({
  id: z.string(),
  number: z.number().int().positive(),
  group: z.string(),
  host: z.string(),
  enrolledAt: moment,
  lastLoginAt: moment,
});

const daemon = z.object({
  /** Id of its machine. */
  machine: z.string(),
  host: z.string(),
  group: z.string(),
  /** Version of the protocol that it dialled for. */
  protocol: z.number().int(),
  userAgent: z.string().optional(),
  address: z.string().optional(),
  connectedAt: moment,
});

const session = z.object({
  /** Id of its machine. */
  machine: z.string(),
  host: z.string(),
  group: z.string(),
  protocol: z.enum(['v1', 'v2']),
  agentVersion: z.string().optional(),
  address: z.string().optional(),
  connectedAt: moment,
});

/** Id of a machine, or host name. */
const node = z.string().min(1);

/** Milliseconds. */
const patience = z.number().positive().max(86_400_000);

const role = z.enum(['api', 'user', 'manager', 'support', 'admin']);

/** The rules of ClusterCockpit for its own form: lengths in bytes. */
const bytes = (most: number) => z.string().refine((text) => Buffer.byteLength(text) <= most, `${most} bytes at most`);

/** What the running server does for its own commands: the input each takes, the answer it gives. */
export const controlCommands = {
  status: {
    input: z.null(),
    answer: z.object({
      version: z.string(),
      url: z.string(),
      pid: z.number().int(),
      startedAt: moment,
      dataDir: z.string(),
      jobs: z.number().int().nonnegative(),
      runningJobs: z.number().int().nonnegative(),
      machines: z.number().int().nonnegative(),
      /** Stopped jobs that are not archived yet. */
      archiveQueue: z.number().int().nonnegative(),
      /** Bytes of the database, without its write-ahead log. */
      databaseBytes: z.number().nonnegative(),
      /** Milliseconds since the start that were spent in the store: in transactions of writes, and reading. */
      storeMs: z.number().nonnegative(),
      /** How events come over NATS; absent where they do not. */
      nats: z
        .object({
          state: z.enum(['connecting', 'consuming', 'down']),
          problem: z.string().optional(),
          counts: z.record(z.string(), z.number()),
        })
        .optional(),
    }),
  },
  'token-create': {
    input: z.object({
      group: name,
      expiresInMs: span,
      uses: z.number().int().positive().max(1_000_000),
      clusters: z.array(z.union([name, z.literal('*')])).max(100),
    }),
    answer: z.object({ id: z.string(), token: z.string(), expiresAt: moment }),
  },
  'token-list': { input: z.null(), answer: z.array(registration) },
  'token-revoke': { input: z.object({ id: z.string().min(1) }), answer: z.object({ revoked: z.boolean() }) },
  'jwt-create': {
    input: z.object({
      user: z.string().min(1).max(255),
      roles: z.array(role).min(1),
      expiresInMs: span,
    }),
    answer: z.object({ token: z.string(), expiresAt: moment }),
  },
  'link-create': {
    /** Without a name it is for the user of this machine. */
    input: z.object({ username: z.string().min(1).max(255).optional() }),
    /** The url opens the page, once, in a browser of this machine: a secret. */
    answer: z.object({ username: z.string(), url: z.string(), expiresAt: moment }),
  },
  'machines-list': { input: z.null(), answer: z.array(machine) },
  'machines-reset-identity': {
    input: z.object({ machine: z.string().min(1) }),
    /** Absent where the machine had none. */
    answer: z.object({ tag: z.string().optional() }),
  },
  /** Settings of agents. */
  'config-get': { input: z.null(), answer: z.record(z.string(), z.string()) },
  'config-set': {
    /** Without a value the setting is taken away. */
    input: z.object({ key: z.string().min(1), value: z.string().max(10_000).optional() }),
    answer: z.null(),
  },
  'daemons-list': { input: z.null(), answer: z.array(daemon) },
  'daemons-call': {
    input: z.object({
      node,
      method: z.string().min(1).max(100),
      /** What the method takes. */
      argument: z.unknown().optional(),
      timeoutMs: patience,
    }),
    answer: z.object({ result: z.unknown().optional() }),
  },
  'sessions-list': { input: z.null(), answer: z.array(session) },
  'sessions-request': {
    input: z.object({
      node,
      method: z.string().min(1).max(100),
      /** What the method takes. */
      params: z.unknown().optional(),
      timeoutMs: patience,
    }),
    answer: z.object({ response: z.record(z.string(), z.unknown()) }),
  },
  'sessions-rotate': { input: z.object({ node, timeoutMs: patience }), answer: z.object({ machine: z.string() }) },
  'user-add': {
    input: z.object({
      username: bytes(100).min(1),
      /** Absent = cannot log in with a password. What bcrypt takes. */
      password: bytes(72).min(1).optional(),
      roles: z.array(role).min(1),
      projects: z.array(z.string().min(1).max(255)).max(1000),
      name: z.string().max(255),
      email: z.string().max(255),
    }),
    answer: z.null(),
  },
  'user-list': {
    input: z.null(),
    answer: z.array(
      z.object({
        username: z.string(),
        name: z.string(),
        email: z.string(),
        roles: z.array(z.string()),
        projects: z.array(z.string()),
      }),
    ),
  },
  'user-remove': { input: z.object({ username: z.string().min(1) }), answer: z.object({ removed: z.boolean() }) },
  'cluster-put': {
    /** The description is checked by the package that knows its rules. */
    input: z.object({ description: z.unknown(), mayReplace: z.boolean() }),
    answer: z.object({ name: z.string(), outcome: z.enum(['added', 'replaced', 'same']) }),
  },
  'cluster-list': {
    input: z.null(),
    answer: z.array(z.object({ name: z.string(), subClusters: z.number().int(), metrics: z.number().int() })),
  },
  'import-job': {
    /** Where its files are. */
    input: z.object({ folder: z.string().min(1) }),
    answer: z.object({ outcome: z.enum(['imported', 'known']) }),
  },
  'export-jobs': {
    input: z.object({ folder: z.string().min(1), cluster: z.string().optional() }),
    answer: z.object({ written: z.number().int(), kept: z.number().int() }),
  },
  backup: {
    /** A file that is not there yet. */
    input: z.object({ path: z.string().min(1) }),
    answer: z.null(),
  },
  'migrate-status': {
    input: z.null(),
    answer: z.array(
      z.object({
        version: z.string(),
        /** Newer: of a version of the program that came after this one. */
        state: z.enum(['applied', 'pending', 'newer']),
        appliedAt: moment.optional(),
      }),
    ),
  },
  check: { input: z.null(), answer: z.object({ problems: z.array(z.string()) }) },
} as const satisfies Record<string, { input: z.ZodType; answer: z.ZodType }>;

export type ControlCommand = keyof typeof controlCommands;
export type ControlInput<C extends ControlCommand> = z.infer<(typeof controlCommands)[C]['input']>;
export type ControlAnswer<C extends ControlCommand> = z.infer<(typeof controlCommands)[C]['answer']>;

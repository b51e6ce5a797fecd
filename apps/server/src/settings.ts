import {
  defaultDataDir,
  form,
  loadSettings,
  logLevels,
  optional,
  setting,
  type Settings,
  type Values,
} from '@moorline/app-kit';
import { ServerError } from './error.js';
import { basePathForm } from './listener/base-path.js';
import { unitName } from './journal/unit-name.js';
import { intakeSettings } from './nats/settings.js';
import { retentionRule } from './retention-rule.js';

/** Prefix of the environment variables, and the last part of the default data directory. */
export const appName = 'server';

/** The store's file in the data directory. */
export const databaseName = 'moorline.db';

export const serverSettings = {
  dataDir: optional(
    form.path,
    'the directory that holds everything the server keeps; else /var/lib/moorline/server as root, or moorline/server under XDG_STATE_HOME',
  ),
  databaseUrl: optional(
    // Any text: what a message says of a value that is refused could hold the password. The store checks it.
    { ...form.text('URL'), accepted: 'postgres://user:password@host:5432/database' },
    'keep everything in this Postgres database, which several servers may share, and not in a file; a password in it is refused on the command line',
  ),
  databaseUrlFile: optional(form.path, 'a file that holds the address of the Postgres database'),
  host: setting(form.text('ADDRESS'), 'the address to listen on', '127.0.0.1'),
  port: setting(form.port, 'the port to listen on; 0 lets the system choose', 8080),
  nextFreePort: setting(form.toggle, 'listen on the next free port where that one is taken', false),
  basePath: optional(
    basePathForm,
    'the path below which a reverse proxy has this server, whether or not it takes it away from requests; none = the root',
  ),
  pageDir: optional(
    form.path,
    'the directory of the page that is shown at /; else the page that comes with this program',
  ),
  tlsCert: optional(
    form.path,
    'a file with the certificate of this server (PEM), and those between it and the one that agents trust: listen with TLS, HTTP/2 and HTTP/1.1',
  ),
  tlsKey: optional(form.path, 'a file with the key of that certificate (PEM)'),
  allowInsecureHttp: setting(
    form.toggle,
    'listen without TLS on addresses that other machines can reach: tokens travel readable',
    false,
  ),
  allowedIps: setting(
    form.list(form.text('ADDRESS')),
    'only these addresses may use the job API under /api; none = all',
    [],
  ),
  validateUsers: setting(
    form.toggle,
    'a token counts only while its user is stored here, with the roles that are stored; tokens of machines stay as they are',
    false,
  ),
  disableAuthentication: setting(
    form.toggle,
    'ask nobody for a token; only on addresses of this machine, unless --allow-insecure-http is given too',
    false,
  ),
  machineState: setting(form.toggle, 'keep a document of each machine at /api/machine_state/…', false),
  sessionLifetime: setting(form.duration, 'how long a login lasts', 7 * 86_400_000),
  jwtLifetime: optional(form.duration, 'how long tokens last that users get at /frontend/jwt/; none = for ever'),
  durability: setting(
    form.choice('full', 'relaxed'),
    'full: what was answered survives a power cut; relaxed: it survives the end of the process, and is written faster',
    'full',
  ),
  archiveDelay: setting(
    form.duration,
    'how long after its stop a job is archived: samples that are on their way still come into its archive',
    5000,
  ),
  metricRetention: optional(form.duration, 'how long samples are kept; none = for ever'),
  metricRetentionRules: setting(
    form.list(retentionRule),
    'how long the samples of single clusters and metrics are kept; the rule that names most of them counts',
    [],
  ),
  rollupRetention: optional(
    form.duration,
    'how long averages of five minutes and of an hour are kept, at least as long as samples; none = as long as these',
  ),
  journalUnit: optional(
    unitName,
    'the systemd unit that this server runs as: administrators may read its journal at /frontend/logs/; none = nobody may',
  ),
  metricsReaders: setting(
    form.list(form.text('ADDRESS')),
    'these addresses may read /metrics beside this machine itself',
    [],
  ),
  logLevel: setting(form.choice(...logLevels), 'how much is logged to standard error', 'info'),
  maxConnections: setting(form.integer(1, 1_000_000), 'connections at once; more are closed unanswered', 8192),
  headersTimeout: setting(form.duration, 'how long a client may take to send the headers of a request', 20_000),
  requestTimeout: setting(form.duration, 'how long a client may take to send a whole request', 120_000),
  bodyLimit: setting(
    form.size,
    'the largest body of a ClusterCockpit request, metric writes above all; it is read once the token is checked',
    64 * 1024 ** 2,
  ),
  ...intakeSettings,
} satisfies Settings;

export interface ServerSettings extends Values<typeof serverSettings> {
  dataDir: string;
}

/** What commands need that also open the store themselves. */
export const storeSettings = {
  dataDir: serverSettings.dataDir,
  databaseUrl: serverSettings.databaseUrl,
  databaseUrlFile: serverSettings.databaseUrlFile,
} satisfies Settings;

/** Whether the store is in the data directory, and not in Postgres. */
export const isStoreInFile = ({ databaseUrl, databaseUrlFile }: ServerSettings): boolean =>
  databaseUrl === undefined && databaseUrlFile === undefined;

/** Seconds that a session lasts. */
export const sessionSeconds = ({ sessionLifetime }: Pick<ServerSettings, 'sessionLifetime'>): number =>
  Math.ceil(sessionLifetime / 1000);

/** What every command needs to find the running server. */
export const dataDirSetting = { dataDir: serverSettings.dataDir } satisfies Settings;

/**
 * All settings, from the flags of a command, the environment and the settings file.
 *
 * @throws AppError as `loadSettings`; ServerError `password_in_arguments`.
 */
export function readSettings(
  flags: Readonly<Record<string, unknown>>,
  env: Readonly<Record<string, string | undefined>> = process.env,
): ServerSettings {
  refusePassword(flags['databaseUrl']);
  const file = typeof flags['config'] === 'string' ? flags['config'] : env['MOORLINE_SERVER_CONFIG'];
  const settings = loadSettings(serverSettings, { app: appName, flags, env, file });
  return { ...settings, dataDir: settings.dataDir ?? defaultDataDir(appName, env) };
}

/** Every user of the machine can read the arguments of its processes. */
function refusePassword(url: unknown): void {
  if (typeof url !== 'string') return;
  const address = URL.canParse(url) ? new URL(url) : undefined;
  if (address?.password === '' && !address.searchParams.has('password')) return;
  throw new ServerError('--database-url holds a password, or cannot be read', {
    code: 'password_in_arguments',
    hint: 'give the address with MOORLINE_SERVER_DATABASE_URL, in the settings file, or in a file of its own with --database-url-file',
  });
}

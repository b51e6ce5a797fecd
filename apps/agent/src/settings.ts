import {
  defaultDataDir,
  form,
  loadSettings,
  logLevels,
  natsSettings,
  optional,
  setting,
  type Settings,
  type Values,
} from '@moorline/app-kit';
import { proxySettings } from './proxy/settings.js';
import { clusterSettings, gitSettings } from './rpc-daemon/settings.js';

/** Prefix of the environment variables, and the last part of the default data directory. */
export const appName = 'agent';

/** How the agent is started, for hints. */
export const startedBy = 'moorline-agent start';

export const agentSettings = {
  dataDir: optional(
    form.path,
    'the directory that holds everything the agent keeps; else /var/lib/moorline/agent as root, or moorline/agent under XDG_STATE_HOME',
  ),
  endpoint: optional(
    form.text('URL'),
    'where the control plane answers: https://HOST[:PORT]; else where the machine enrolled',
  ),
  allowInsecureHttp: setting(form.toggle, 'speak plain HTTP with a control plane on this machine (loopback)', false),
  interval: setting(form.duration, 'time between two samples, at least 1s', 10_000),
  spoolMax: setting(
    form.size,
    'room for what could not be delivered; beyond it the oldest metrics are dropped and counted, job events never',
    256 * 1024 ** 2,
  ),
  session: setting(
    form.choice('auto', 'v1', 'v2', 'off'),
    'how the control plane asks this machine things: version 2 of the session channel, version 1, the one that is served, or not at all',
    'auto',
  ),
  allowReboot: setting(form.toggle, 'let the control plane reboot this machine, where the agent is root', false),
  ...natsSettings,
  ...gitSettings,
  ...clusterSettings,
  ...proxySettings,
  logLevel: setting(form.choice(...logLevels), 'how much is logged to standard error', 'info'),
} satisfies Settings;

export interface AgentSettings extends Values<typeof agentSettings> {
  dataDir: string;
}

/** The settings of the given names, for a command that takes only some. */
export const some = <K extends keyof typeof agentSettings>(...keys: K[]): Settings =>
  Object.fromEntries(keys.map((key) => [key, agentSettings[key]]));

/**
 * All settings, from the flags of a command, the environment and the settings file.
 *
 * @throws AppError as `loadSettings`.
 */
export function readSettings(
  flags: Readonly<Record<string, unknown>>,
  env: Readonly<Record<string, string | undefined>> = process.env,
): AgentSettings {
  const file = typeof flags['config'] === 'string' ? flags['config'] : env['MOORLINE_AGENT_CONFIG'];
  const settings = loadSettings(agentSettings, { app: appName, flags, env, file });
  return { ...settings, dataDir: settings.dataDir ?? defaultDataDir(appName, env) };
}

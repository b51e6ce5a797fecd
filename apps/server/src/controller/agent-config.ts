import { form, type Form, natsSettings } from '@moorline/app-kit';
import { ServerError } from '../error.js';

/** What agents are told to do beside their own settings; a member that is absent leaves the agent's own. */
export interface AgentConfig {
  /** Milliseconds between two samples, ≥ 1000. */
  'interval-ms'?: number;
  /** Where agents deliver to: NATS servers, without credentials. */
  'nats-servers'?: readonly string[];
}

interface Key {
  form: Form<unknown>;
  /** What the text comes to. */
  read(text: string): AgentConfig | undefined;
}

const interval: Form<number> = {
  ...form.duration,
  accepted: `${form.duration.accepted}, at least 1s`,
  parse: (input) => {
    const value = form.duration.parse(input);
    return value !== undefined && value >= 1000 ? value : undefined;
  },
};

const nats: Form<string[]> = natsSettings.nats.form;

/** The settings that there are, by the name under which they are set. */
const keys: Readonly<Record<string, Key>> = {
  interval: {
    form: interval,
    read: (text) => {
      const value = interval.parse(text);
      return value === undefined ? undefined : { 'interval-ms': value };
    },
  },
  nats: {
    form: nats,
    read: (text) => {
      const value = nats.parse(text);
      return value === undefined ? undefined : { 'nats-servers': value };
    },
  },
};

/** The names of the settings. */
export const agentSettingNames: readonly string[] = Object.keys(keys);

/** @throws ServerError `bad_agent_setting` where there is no such setting, or it does not take this value. */
export function checkAgentSetting(key: string, value: string | undefined): void {
  const known = Object.hasOwn(keys, key) ? keys[key] : undefined;
  if (known === undefined) {
    throw new ServerError(`agents have no setting "${key}"`, {
      code: 'bad_agent_setting',
      hint: `they have: ${agentSettingNames.join(', ')}`,
    });
  }
  if (value === undefined || known.read(value) !== undefined) return;
  throw new ServerError(`the setting ${key} does not take "${value}"`, {
    code: 'bad_agent_setting',
    hint: `it takes ${known.form.accepted}`,
  });
}

/** What the stored texts come to; those of another version that cannot be read are passed over. */
export function agentConfigOf(stored: Readonly<Record<string, string>>): AgentConfig {
  return Object.assign({}, ...Object.entries(stored).map(([key, text]) => keys[key]?.read(text))) as AgentConfig;
}

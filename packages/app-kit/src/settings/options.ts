import { type Command, Option } from 'commander';
import { flagName, type Setting, type Settings, variableName } from './setting.js';

/** Adds a flag for each of the settings, and `--config FILE`. Values are checked by `loadSettings`, not here. */
export function addSettingOptions(command: Command, app: string, settings: Settings): Command {
  for (const [key, setting] of Object.entries(settings)) {
    const placeholder = setting.form.placeholder;
    const flags = `--${flagName(key)}${placeholder === undefined ? '' : ` <${placeholder}>`}`;
    command.addOption(new Option(flags, `${setting.description}${defaultText(setting)} [${variableName(app, key)}]`));
  }
  return command.addOption(
    new Option(
      '--config <FILE>',
      `a YAML file with the same settings as camel-case keys [${variableName(app, 'config')}]`,
    ),
  );
}

/** The settings as a Markdown table, for READMEs; a test keeps README and code together. */
export function settingsTable(app: string, settings: Settings): string {
  const rows = Object.entries(settings).map(
    ([key, setting]) =>
      `| \`--${flagName(key)}\` | \`${variableName(app, key)}\` | \`${key}\` | ${setting.form.accepted.replaceAll('|', '\\|')} | ${written(setting) === '' ? '' : `\`${written(setting)}\``} | ${setting.description} |`,
  );
  return [
    '| flag | environment | file key | accepted | default | what it does |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

const defaultText = (setting: Setting<unknown>): string =>
  setting.default === false || written(setting) === '' ? '' : ` (default ${written(setting)})`;

/** The default as a person would write it; empty where there is none. */
export const written = (setting: Setting<unknown>): string =>
  setting.default === undefined ? '' : (setting.form.write?.(setting.default) ?? String(setting.default));

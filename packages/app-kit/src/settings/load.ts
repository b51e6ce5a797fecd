import { readFileSync } from 'node:fs';
import { redactText } from '@moorline/core';
import { parse } from 'yaml';
import { AppError } from '../error.js';
import { flagName, type Setting, type Settings, type Values, variableName } from './setting.js';

/** Where the values come from, strongest first. */
export interface SettingsSources {
  /** `server` or `agent`: the environment prefix is `MOORLINE_<APP>_`. */
  app: string;
  /** By key, as the command line gave them. */
  flags: Readonly<Record<string, unknown>>;
  env: Readonly<Record<string, string | undefined>>;
  /** A YAML (or JSON) file; it must exist when given. */
  file?: string | undefined;
}

/**
 * The value of every setting: flag, else environment variable, else file, else default.
 *
 * @throws AppError `unknown_setting`, `bad_setting` or `bad_settings_file`, naming the key, the value and the accepted form.
 */
export function loadSettings<S extends Settings>(settings: S, sources: SettingsSources): Values<S> {
  const { app, flags, env, file } = sources;
  const fromFile = file === undefined ? {} : readSettingsFile(settings, app, file);
  refuseUnknownVariables(settings, app, env);
  const entries = Object.entries(settings).map(([key, setting]) => {
    const variable = variableName(app, key);
    if (flags[key] !== undefined) return [key, parsed(setting, flags[key], `--${flagName(key)}`)];
    if (env[variable] !== undefined) return [key, parsed(setting, env[variable], variable)];
    if (fromFile[key] !== undefined) return [key, parsed(setting, fromFile[key], `"${key}" in ${file}`)];
    return [key, setting.default];
  });
  // Each entry was made from the setting of its own key.
  return Object.fromEntries(entries) as Values<S>;
}

function parsed(setting: Setting<unknown>, input: unknown, where: string): unknown {
  const value = setting.form.parse(input);
  if (value === undefined) {
    // What is not accepted may still be a secret: a URL with a password in it.
    throw new AppError(`${where}: ${redactText(JSON.stringify(input))} is not accepted`, {
      code: 'bad_setting',
      hint: `give ${setting.form.accepted}`,
      details: { setting: where, accepted: setting.form.accepted },
    });
  }
  return value;
}

function readSettingsFile(settings: Settings, app: string, file: string): Record<string, unknown> {
  const text = readText(app, file);
  const fail = (what: string, cause?: unknown) =>
    new AppError(`settings file ${file}: ${what}`, {
      code: 'bad_settings_file',
      hint: `write "key: value" lines with these keys: ${Object.keys(settings).join(', ')}`,
      cause,
    });
  let content: unknown;
  try {
    content = parse(text) ?? {};
  } catch (error) {
    throw fail(messageOf(error), error);
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content))
    throw fail('does not hold keys and values');
  const values = Object.fromEntries(Object.entries(content));
  for (const key of Object.keys(values)) {
    if (!Object.hasOwn(settings, key)) throw unknown(`"${key}" in ${file}`, Object.keys(settings));
  }
  return values;
}

function readText(app: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const isAbsent = error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
    throw new AppError(
      isAbsent ? `there is no settings file ${file}` : `cannot read the settings file ${file}: ${messageOf(error)}`,
      {
        code: 'bad_settings_file',
        hint: `check the path that --config or ${variableName(app, 'config')} gives${isAbsent ? '' : ', and who may read it'}`,
        cause: error,
      },
    );
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** `MOORLINE_<APP>_CONFIG` names the file and is not a setting itself. */
function refuseUnknownVariables(settings: Settings, app: string, env: SettingsSources['env']): void {
  const known = [...Object.keys(settings), 'config'].map((key) => variableName(app, key));
  const prefix = variableName(app, '');
  for (const name of Object.keys(env)) {
    if (name.startsWith(prefix) && !known.includes(name)) throw unknown(name, known);
  }
}

function unknown(where: string, known: readonly string[]): AppError {
  return new AppError(`${where} is not a setting`, {
    code: 'unknown_setting',
    hint: `known are: ${known.join(', ')}`,
    details: { setting: where },
  });
}

import { stringify } from 'yaml';
import { written } from './options.js';
import { type Settings } from './setting.js';

/**
 * A settings file that tells of every setting: those of `given` have a value, each other one stands in a comment with
 * its default, or with the form that it takes.
 */
export function settingsFile(settings: Settings, given: Readonly<Record<string, string>>): string {
  const parts = Object.entries(settings).map(([key, setting]) => {
    const value = given[key];
    const standard = written(setting);
    const line = `${key}: ${stringify(value ?? standard, { lineWidth: 0 }).trim()}`;
    return `# ${setting.description} (${setting.form.accepted})\n${value === undefined ? '#' : ''}${line}\n`;
  });
  return parts.join('\n');
}

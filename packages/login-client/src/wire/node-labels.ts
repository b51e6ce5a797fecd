import { LoginError } from './login-error.js';
import { sortedByKey } from './login-request.js';

/** Every label that a machine sets for itself lives under this prefix. */
export const nodeLabelPrefix = 'user.node.lepton.ai/';

/** No machine has more labels. */
export const maxNodeLabels = 8;

/**
 * Labels with their full keys, sorted by key, checked as Kubernetes checks them (docs/protocol.md §5).
 *
 * @param labels keys with or without {@link nodeLabelPrefix}.
 * @throws LoginError `bad_node_labels`, with the words of the original.
 */
export function normalizeNodeLabels(labels: Readonly<Record<string, string>>): Record<string, string> {
  const normalized: Record<string, string> = {};
  const origins = new Map<string, string>();
  for (const [given, value] of Object.entries(sortedByKey(labels))) {
    const key = given.startsWith(nodeLabelPrefix) ? given : nodeLabelPrefix + given;
    const other = origins.get(key);
    if (other !== undefined) {
      refuse(`node label keys "${other}" and "${given}" normalize to the same managed key "${key}"`);
    }
    origins.set(key, given);
    normalized[key] = value;
  }
  const sorted = sortedByKey(normalized);
  if (origins.size > maxNodeLabels) refuse(`at most ${maxNodeLabels} node labels are allowed`);
  for (const [key, value] of Object.entries(sorted)) {
    const keyFaults = faultsOfKey(key);
    if (keyFaults.length > 0) refuse(`invalid node label key "${key}": ${keyFaults.join('; ')}`);
    const valueFaults = faultsOfValue(value);
    if (valueFaults.length > 0) refuse(`invalid node label value for "${key}": ${valueFaults.join('; ')}`);
  }
  return sorted;
}

/** The labels as the state file remembers them: JSON, keys sorted, no blanks. */
export const canonicalNodeLabels = (labels: Readonly<Record<string, string>>): string =>
  JSON.stringify(sortedByKey(labels));

function refuse(fault: string): never {
  throw new LoginError(`invalid node labels: ${fault}`, {
    code: 'bad_node_labels',
    hint: 'at most 8 labels; names and values up to 63 letters, digits, "-", "_" or ".", beginning and ending with a letter or digit',
  });
}

const longestName = 63;
const longestPart = `must be no more than ${longestName} bytes`;
const nameRule = `must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')`;
const valueRule = `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')`;

/** The prefix is ours and known to be fit, so only what follows it is looked at. */
function faultsOfKey(key: string): string[] {
  const name = key.slice(nodeLabelPrefix.length);
  if (name.includes('/')) {
    return [`a qualified name ${nameRule} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  }
  const faults: string[] = [];
  if (name === '') faults.push('name part must be non-empty');
  else if (utf8Length(name) > longestName) faults.push(`name part ${longestPart}`);
  if (!/^(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/.test(name)) faults.push(`name part ${nameRule}`);
  return faults;
}

function faultsOfValue(value: string): string[] {
  const faults: string[] = [];
  if (utf8Length(value) > longestName) faults.push(longestPart);
  if (!/^(?:(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/.test(value)) faults.push(valueRule);
  return faults;
}

const utf8Length = (text: string): number => new TextEncoder().encode(text).length;

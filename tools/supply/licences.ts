import { flatten, type LockedPackage } from './runtime-closure.js';

/**
 * Licences that what we publish may bring along (SPDX ids): permissive ones, whose terms a user of an Apache-2.0 package meets by
 * keeping notices.
 */
const allowedLicences: ReadonlySet<string> = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'Python-2.0',
  'Unlicense',
]);

/** What of a package and all that is installed with it may not be published, one line each; empty where all is well. */
export function licenceProblems(published: LockedPackage): string[] {
  return flatten(published).flatMap(({ name, version, licence }) => {
    if (licence === undefined) return [`${published.name} brings ${name}@${version}, which states no licence`];
    if (isAllowed(licence)) return [];
    return [
      `${published.name} brings ${name}@${version} under ${licence}, which is not on the list of allowed licences`,
    ];
  });
}

/** Of an `OR` one side must be allowed, of an `AND` every one. */
function isAllowed(expression: string): boolean {
  const plain = expression.trim().replace(/^\((.*)\)$/, '$1');
  if (plain.includes(' OR ')) return plain.split(' OR ').some(isAllowed);
  if (plain.includes(' AND ')) return plain.split(' AND ').every(isAllowed);
  return allowedLicences.has(plain);
}

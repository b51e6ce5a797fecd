import type { Workspace } from '../repo/workspaces.js';

/** The template speaks of a package `lighthouse`; this name stands wherever a new package's own will. */
const templateName = 'lighthouse';

/**
 * Checks a new package's name.
 *
 * @throws RangeError saying what a name looks like, or that it is taken.
 */
export function checkName(name: string | undefined, existing: readonly Workspace[]): string {
  if (name === undefined)
    throw new RangeError('which name? npm run new-package -- NAME, such as: npm run new-package -- flux-client');
  if (!/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(name) || name.length > 40) {
    throw new RangeError(
      `${JSON.stringify(name)} is no name for a package: lower-case words joined by -, starting with a letter, at most 40 characters`,
    );
  }
  if (name === templateName) throw new RangeError(`${name} is the template's own name`);
  const taken = existing.find((one) => one.shortName === name || one.name === `@moorline/${name}`);
  if (taken !== undefined) throw new RangeError(`${name} is taken: ${taken.path}`);
  return name;
}

/** Puts the new name where the template's stands, in each of its forms. */
export function rename(text: string, name: string): string {
  const pascal = name.replace(/(?:^|-)([a-z0-9])/g, (_, first: string) => first.toUpperCase());
  return text.replaceAll('Lighthouse', pascal).replaceAll(templateName, name);
}

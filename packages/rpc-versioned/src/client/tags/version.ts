/** A number of a version: a bigint where it does not fit a JavaScript number. The two compare with `<` and `>`. */
export type VersionNumber = number | bigint;

/** A version as image tags carry it: `1`, `v1.2`, `01.2.3-rc.1+build`. */
export interface Version {
  major: VersionNumber;
  minor: VersionNumber;
  patch: VersionNumber;
  /** Behind the hyphen; `''` for a release. */
  prerelease: string;
}

const loose =
  /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/;

/**
 * Reads a version as loosely as Masterminds' semver does, which Flux uses: parts may be missing and have leading zeros.
 *
 * @returns undefined where the text is none.
 */
export function parseVersion(text: string): Version | undefined {
  const [, major, minor = '0', patch = '0', prerelease = ''] = loose.exec(text) ?? [];
  if (major === undefined) return undefined;
  if (prerelease.split('.').some((part) => /^0\d+$/.test(part))) return undefined;
  const version = { major: toNumber(major), minor: toNumber(minor), patch: toNumber(patch), prerelease };
  const isTooLarge = [version.major, version.minor, version.patch].some((part) => part >= 2n ** 64n);
  return isTooLarge ? undefined : version;
}

/** @returns negative where `a` is lower, positive where it is higher, 0 where they have the same precedence. */
export function compareVersions(a: Version, b: Version): number {
  return (
    compareNumbers(a.major, b.major) ||
    compareNumbers(a.minor, b.minor) ||
    compareNumbers(a.patch, b.patch) ||
    comparePrereleases(a.prerelease, b.prerelease)
  );
}

export const compareNumbers = (a: VersionNumber, b: VersionNumber): number => (a < b ? -1 : a > b ? 1 : 0);

/** A release is above each of its pre-releases. */
export function comparePrereleases(a: string, b: string): number {
  if (a === b) return 0;
  if (a === '') return 1;
  if (b === '') return -1;
  const left = a.split('.');
  const right = b.split('.');
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const order = compareParts(left[index], right[index]);
    if (order !== 0) return order;
  }
  return 0;
}

function compareParts(a: string | undefined, b: string | undefined): number {
  if (a === b) return 0;
  if (a === undefined) return -1;
  if (b === undefined) return 1;
  const [isNumber, isOtherNumber] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (isNumber && isOtherNumber) return compareNumbers(toNumber(a), toNumber(b));
  if (isNumber !== isOtherNumber) return isNumber ? -1 : 1;
  return a < b ? -1 : 1;
}

const toNumber = (digits: string): VersionNumber => (digits.length <= 15 ? Number(digits) : BigInt(digits));

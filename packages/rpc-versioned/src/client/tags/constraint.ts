import { compareNumbers, comparePrereleases, compareVersions, parseVersion, type Version } from './version.js';

/** Whether a version is let through. */
export type Constraint = (version: Version) => boolean;

const operators = '=|!=|>=|=>|<=|=<|>|<|~>|~|\\^|';
const parts =
  'v?([0-9xX*]+)(\\.[0-9xX*]+)?(\\.[0-9xX*]+)?(-[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?(?:\\+[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?';
const one = new RegExp(`(${operators})\\s*${parts}\\s*,?\\s*`, 'y');
const range = new RegExp(`\\s*(${parts})\\s+-\\s+(${parts})\\s*`, 'g');

/** A constraint comes from a daemon: what is longer is not looked at. */
const longestConstraint = 512;

/**
 * Reads a constraint in the syntax of Masterminds' semver: `~1`, `>=1 <2`, `1.x || 3`, `1.2 - 1.4`. Comma and blank both
 * mean *and*. It differs from npm's: see docs/protocol.md, Tag patterns.
 *
 * @returns undefined where the text is none.
 */
export function parseConstraint(text: string): Constraint | undefined {
  if (text.length > longestConstraint) return undefined;
  const alternatives: Constraint[][] = [];
  for (const alternative of text.split('||')) {
    const all = parseAll(
      alternative.replace(range, (_match, ...groups: string[]) => ` >=${groups[0]} <=${groups[5]} `),
    );
    if (all === undefined) return undefined;
    alternatives.push(all);
  }
  return (version) => alternatives.some((all) => all.every((check) => check(version)));
}

function parseAll(text: string): Constraint[] | undefined {
  const trimmed = text.trim();
  const checks: Constraint[] = [];
  one.lastIndex = 0;
  while (one.lastIndex < trimmed.length) {
    const match = one.exec(trimmed);
    if (match === null) return undefined;
    const check = toCheck(match);
    if (check === undefined) return undefined;
    checks.push(check);
  }
  return checks.length === 0 ? undefined : checks;
}

/** What a constraint names: parts that it leaves open are 0. */
interface Bound extends Version {
  /** Some part is left open. */
  isOpen: boolean;
  isMinorOpen: boolean;
  isPatchOpen: boolean;
}

function toCheck(match: RegExpExecArray): Constraint | undefined {
  const [, operator = '', major = '', minor = '', patch = '', prerelease = ''] = match;
  const isMajorOpen = isWild(major);
  const isMinorOpen = !isMajorOpen && (minor === '' || isWild(minor.slice(1)));
  const isPatchOpen = !isMajorOpen && !isMinorOpen && (patch === '' || isWild(patch.slice(1)));
  const text = isMajorOpen
    ? '0.0.0'
    : `${major}${isMinorOpen ? '.0' : minor}${isMinorOpen || isPatchOpen ? '.0' : patch}${prerelease}`;
  const version = parseVersion(text);
  if (version === undefined) return undefined;
  const bound = { ...version, isOpen: isMajorOpen || isMinorOpen || isPatchOpen, isMinorOpen, isPatchOpen };
  const check = checks[operator];
  if (check === undefined) return undefined;
  return (candidate) => {
    // A pre-release is let through only where the constraint itself names one; `!=` has its own rule.
    const isHidden = candidate.prerelease !== '' && bound.prerelease === '';
    if (isHidden && (operator !== '!=' || bound.isOpen)) return false;
    return check(candidate, bound);
  };
}

const isWild = (part: string): boolean => part === 'x' || part === 'X' || part === '*';

type Check = (version: Version, bound: Bound) => boolean;

const isLess: Check = (version, bound) => compareVersions(version, bound) < 0;

const isEqual: Check = (version, bound) =>
  bound.isOpen ? isAboutSame(version, bound) : compareVersions(version, bound) === 0;

const isAboutSame: Check = (version, bound) => {
  if (isLess(version, bound)) return false;
  const isAny = isZero(bound.major) && isZero(bound.minor) && isZero(bound.patch);
  if (isAny && !bound.isMinorOpen && !bound.isPatchOpen) return true;
  if (compareNumbers(version.major, bound.major) !== 0) return false;
  return bound.isMinorOpen || compareNumbers(version.minor, bound.minor) === 0;
};

const isNotEqual: Check = (version, bound) => {
  if (!bound.isOpen) return compareVersions(version, bound) !== 0;
  if (compareNumbers(version.major, bound.major) !== 0) return true;
  if (bound.isMinorOpen) return false;
  if (compareNumbers(version.minor, bound.minor) !== 0) return true;
  if (!bound.isPatchOpen) return compareVersions(version, bound) !== 0;
  return comparePrereleases(version.prerelease, bound.prerelease) !== 0;
};

const isGreater: Check = (version, bound) => {
  if (!bound.isOpen) return compareVersions(version, bound) > 0;
  const major = compareNumbers(version.major, bound.major);
  if (major !== 0) return major > 0;
  if (bound.isMinorOpen) return false;
  if (bound.isPatchOpen) return compareNumbers(version.minor, bound.minor) > 0;
  return compareVersions(version, bound) > 0;
};

const isAtLeast: Check = (version, bound) => compareVersions(version, bound) >= 0;

const isAtMost: Check = (version, bound) => {
  if (!bound.isOpen) return compareVersions(version, bound) <= 0;
  const major = compareNumbers(version.major, bound.major);
  if (major !== 0) return major < 0;
  return bound.isMinorOpen || compareNumbers(version.minor, bound.minor) <= 0;
};

const isCompatible: Check = (version, bound) => {
  if (isLess(version, bound)) return false;
  if (!isZero(bound.major) || bound.isMinorOpen) return compareNumbers(version.major, bound.major) === 0;
  if (!isZero(version.major)) return false;
  if (!isZero(bound.minor) || bound.isPatchOpen) return compareNumbers(version.minor, bound.minor) === 0;
  return isZero(version.minor) && compareNumbers(version.patch, bound.patch) === 0;
};

const isZero = (part: Version['major']): boolean => compareNumbers(part, 0) === 0;

const checks: Record<string, Check> = {
  '': isEqual,
  '=': isEqual,
  '!=': isNotEqual,
  '>': isGreater,
  '<': isLess,
  '>=': isAtLeast,
  '=>': isAtLeast,
  '<=': isAtMost,
  '=<': isAtMost,
  '~': isAboutSame,
  '~>': isAboutSame,
  '^': isCompatible,
};

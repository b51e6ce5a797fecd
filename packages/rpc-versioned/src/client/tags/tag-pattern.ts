import { parseImageRef } from '../../wire/image-ref.js';
import type { ImageInfo } from '../../wire/images.js';
import { parseConstraint } from './constraint.js';
import { compareVersions, parseVersion } from './version.js';

/** Which tags of an image are wanted, and in which order they are newer. */
export interface TagPattern {
  matches(tag: string): boolean;
  /** Whether tags are ordered by version, in place of the time at which the image was made. */
  readonly isByVersion: boolean;
  /** Whether the tag `latest` itself is asked for. */
  readonly isLatest: boolean;
}

/** Which pattern holds where a workload has no policy for a container. */
export const anyTag = 'glob:*';

/**
 * Reads a tag pattern: `semver:~1`, `regexp:^v1`, `glob:1.*` or `1.*`. What does not compile matches everything, as in
 * Flux.
 */
export async function parseTagPattern(text: string): Promise<TagPattern> {
  if (text.startsWith('semver:')) {
    const constraint = parseConstraint(text.slice('semver:'.length));
    return { matches: versionMatcher(constraint), isByVersion: true, isLatest: false };
  }
  const [, expression] = /^(?:regexp|regex):([^]*)$/.exec(text) ?? [];
  if (expression !== undefined) {
    return { matches: await expressionMatcher(expression), isByVersion: false, isLatest: false };
  }
  const glob = text.startsWith('glob:') ? text.slice('glob:'.length) : text;
  return { matches: globMatcher(glob), isByVersion: false, isLatest: glob === 'latest' };
}

function versionMatcher(constraint: ReturnType<typeof parseConstraint>): (tag: string) => boolean {
  return (tag) => {
    const version = parseVersion(tag);
    return version !== undefined && (constraint === undefined || constraint(version));
  };
}

/**
 * A pattern comes from a daemon, so it must not cost more than a look at each character: `re2js` is Go's own engine, with
 * its syntax, in linear time.
 */
async function expressionMatcher(expression: string): Promise<(tag: string) => boolean> {
  const { RE2JS } = await import('re2js');
  try {
    const compiled = RE2JS.compile(expression);
    return (tag) => compiled.matcher(tag).find();
  } catch {
    return () => true;
  }
}

/** `*` is any text; nothing else is special. */
function globMatcher(glob: string): (tag: string) => boolean {
  const [first = '', ...rest] = glob.split('*');
  const last = rest.pop();
  if (last === undefined) return (tag) => tag === glob;
  return (tag) => {
    if (!tag.startsWith(first) || !tag.endsWith(last) || tag.length < first.length + last.length) return false;
    let at = first.length;
    for (const piece of rest) {
      const found = tag.indexOf(piece, at);
      if (found < 0) return false;
      at = found + piece.length;
    }
    return at <= tag.length - last.length;
  };
}

/** The tag of an image reference; `''` where it has none, or is no reference. */
export function tagOf(reference: string): string {
  try {
    return parseImageRef(reference).tag;
  } catch {
    return '';
  }
}

/** @returns negative where `a` is newer than `b`. */
export function newerFirst({ isByVersion }: TagPattern): (a: ImageInfo, b: ImageInfo) => number {
  return isByVersion ? byVersion : byCreation;
}

/** Later first; at the same time the smaller reference. */
function byCreation(a: ImageInfo, b: ImageInfo): number {
  return -compareTimes(a.CreatedAt ?? '', b.CreatedAt ?? '') || compareText(a.ID, b.ID);
}

/** Higher first, what is no version last; of the same version the larger reference, of none the smaller. */
function byVersion(a: ImageInfo, b: ImageInfo): number {
  const [left, right] = [parseVersion(tagOf(a.ID)), parseVersion(tagOf(b.ID))];
  if (left === undefined || right === undefined) {
    if (left === right) return compareText(a.ID, b.ID);
    return left === undefined ? 1 : -1;
  }
  return -compareVersions(left, right) || -compareText(a.ID, b.ID);
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Times are text in UTC: they compare as text up to the fraction, whose missing digits are zeros. */
function compareTimes(a: string, b: string): number {
  return compareText(a.replace(/Z$/, ''), b.replace(/Z$/, ''));
}

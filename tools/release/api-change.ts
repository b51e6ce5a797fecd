/** What a change of a recorded API asks of those who use it: nothing, nothing but there is more, or that they change their code. */
export type ApiChange = 'none' | 'added' | 'breaking';

export type Bump = 'patch' | 'minor' | 'major';

const bumps = ['patch', 'minor', 'major'] as const;

/**
 * Classifies the difference of two API reports (`etc/*.api.md`) by their declarations: one that is gone, or says something else, breaks;
 * a new one, and a new member that nobody has to give, adds. Comments count for nothing.
 *
 * It errs to the strict side: a type that only became wider is called breaking, and a person may say otherwise in the changeset's review by
 * splitting the change.
 *
 * @param before undefined: the entry is new. @param now undefined: it is gone.
 */
export function classifyApiChange(before: string | undefined, now: string | undefined): ApiChange {
  if (before === undefined) return now === undefined ? 'none' : 'added';
  if (now === undefined) return 'breaking';
  const [old, fresh] = [declarations(before), declarations(now)];
  let change: ApiChange = 'none';
  for (const [name, lines] of old) {
    const found = fresh.get(name);
    if (found === undefined || isBroken(lines, found)) return 'breaking';
    if (found.length > lines.length) change = 'added';
  }
  return [...fresh.keys()].some((name) => !old.has(name)) ? 'added' : change;
}

/**
 * The least bump that tells users of a change (docs/compatibility.md): below 1.0 the minor number stands for the major one.
 *
 * @param version of the package, before the change is released.
 */
export function bumpFor(change: ApiChange, version: string): Bump | undefined {
  if (change === 'none') return undefined;
  const isStable = !version.startsWith('0.');
  if (change === 'breaking') return isStable ? 'major' : 'minor';
  return isStable ? 'minor' : 'patch';
}

export const isEnough = (told: Bump, needed: Bump): boolean => bumps.indexOf(told) >= bumps.indexOf(needed);

/** The lines of each declaration, without comments; overloads of a function, and an interface that is merged, are one. */
function declarations(report: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  const [, code = ''] = /```ts\n([\s\S]*?)```/.exec(report) ?? [];
  for (const block of code.split(/\n\n+/)) {
    const lines = block
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '' && !line.startsWith('//'));
    const name =
      /^(?:export |declare |default |abstract )*(?:class|interface|type|function|const|enum|namespace|import)\b\s*(.*)$/.exec(
        lines[0] ?? '',
      )?.[1];
    if (name === undefined) continue;
    const key = /^[\w$]+/.exec(name)?.[0] ?? name;
    found.set(key, [...(found.get(key) ?? []), ...lines]);
  }
  return found;
}

/** Whether a line is gone, or one came that users have to follow. */
function isBroken(before: readonly string[], now: readonly string[]): boolean {
  const left = [...now];
  for (const line of before) {
    const at = left.indexOf(line);
    if (at < 0) return true;
    left.splice(at, 1);
  }
  const isImplemented = before[0]?.includes('interface ') ?? false;
  return isImplemented && !left.every((line) => /^(?:readonly )?[\w$'"[\]]+\?[:(]/.test(line));
}

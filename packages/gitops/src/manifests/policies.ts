/** Prefixes of annotations that hold policies; the first is the one that is written. */
const prefixes = ['fluxcd.io/', 'flux.weave.works/'] as const;

/** `filter.fluxcd.io/<container>` is the younger way to write `fluxcd.io/tag.<container>`. */
const filterPrefix = 'filter.fluxcd.io/';

const tag = 'tag.';

/** The policy that an annotation holds; undefined where it holds none. */
function policyName(annotation: string): string | undefined {
  if (annotation.startsWith(filterPrefix)) return tag + annotation.slice(filterPrefix.length);
  const prefix = prefixes.find((known) => annotation.startsWith(known));
  const name = prefix === undefined ? '' : annotation.slice(prefix.length);
  return name === '' ? undefined : name;
}

/** Policies by name. */
export function policiesOf(annotations: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(annotations).flatMap(([annotation, value]) => {
      const name = policyName(annotation);
      return name === undefined ? [] : [[name, value]];
    }),
  );
}

/**
 * Under which annotations a policy is written: those that hold it now, else one with the prefix that the resource uses
 * for others.
 */
export function annotationsFor(policy: string, annotations: readonly string[]): string[] {
  const holding = annotations.filter((annotation) => policyName(annotation) === policy);
  if (holding.length > 0) return holding;
  const used = prefixes.find((prefix) => annotations.some((annotation) => annotation.startsWith(prefix)));
  return [(used ?? prefixes[0]) + policy];
}

/** Whether a policy that is either on or off is on. */
export const isSet = (policies: Readonly<Record<string, string>>, name: string): boolean =>
  Object.hasOwn(policies, name) && policies[name] === 'true';

/** What may follow the prefix of an annotation. */
export const isPolicyName = (name: string): boolean => /^[A-Za-z0-9](?:[\w.-]{0,61}[A-Za-z0-9])?$/.test(name);

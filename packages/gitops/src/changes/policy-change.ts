import { GitopsError } from '../error.js';
import { isPolicyName } from '../manifests/policies.js';
import type { Resource } from '../manifests/resource.js';
import { type Change, unchanged, type WorkloadResult } from './change.js';

/** Policies to set and to take away. */
export interface PolicyUpdate {
  add: Readonly<Record<string, string>>;
  remove: readonly string[];
}

/** Sets policies of workloads. `tag_all` stands for the tag of each of their containers. */
export function policyChange(updates: ReadonlyMap<string, PolicyUpdate>): Change {
  for (const { add, remove } of updates.values()) [...Object.keys(add), ...remove].forEach(refuseBadName);
  return (manifests) => {
    const edits = [];
    const results = new Map<string, WorkloadResult>();
    for (const [id, update] of updates) {
      const resource = manifests.find(id);
      if (resource === undefined) {
        results.set(id, unchanged('skipped', 'not in the repository'));
        continue;
      }
      const policies = changedPolicies(resource, update);
      if (Object.keys(policies).length === 0) results.set(id, unchanged('skipped', 'its policies are so already'));
      else {
        edits.push({ id, policies });
        results.set(id, { status: 'success', containers: [] });
      }
    }
    return { edits, results };
  };
}

function changedPolicies(resource: Resource, { add, remove }: PolicyUpdate): Record<string, string | undefined> {
  const { policies, containers } = resource;
  const spread = (name: string) =>
    name === 'tag_all' ? containers.map((container) => `tag.${container.name}`) : [name];
  const wished: [string, string | undefined][] = [
    ...remove.flatMap(spread).map((name): [string, undefined] => [name, undefined]),
    ...Object.entries(add).flatMap(([name, value]) => spread(name).map((one): [string, string] => [one, value])),
  ];
  return Object.fromEntries(
    [...new Map(wished)].filter(
      ([name, value]) => (Object.hasOwn(policies, name) ? policies[name] : undefined) !== value,
    ),
  );
}

function refuseBadName(name: string): void {
  if (isPolicyName(name)) return;
  throw new GitopsError(`${JSON.stringify(name.slice(0, 100))} cannot be the name of a policy`, {
    code: 'bad_change',
    hint: 'policies are automated, locked, locked_user, locked_msg, ignore, tag_all and tag.CONTAINER',
  });
}

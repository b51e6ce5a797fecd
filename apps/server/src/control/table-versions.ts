import type { StoreMigrations } from '@moorline/cc-store';
import type { ControlAnswer } from './protocol.js';

/** One version of the tables. */
export type TableVersion = ControlAnswer<'migrate-status'>[number];

/** Those that the database has, then those that it has not yet, oldest first. */
export function versionsOf({ applied, appliedAt, unknown, pending }: StoreMigrations): TableVersion[] {
  return [
    ...applied.map((version): TableVersion => {
      return { version, state: unknown.includes(version) ? 'newer' : 'applied', appliedAt: appliedAt[version] };
    }),
    ...pending.map((version): TableVersion => ({ version, state: 'pending' })),
  ];
}

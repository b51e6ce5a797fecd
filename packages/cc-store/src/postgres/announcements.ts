import { createHash, randomUUID } from 'node:crypto';
import type { Change } from '../changes/change.js';
import type { SqlValue } from '../sql/driver.js';
import { lockNumber } from './locks.js';

/**
 * How servers on one database tell each other what they wrote: `NOTIFY` inside the writing transaction, so that nobody hears of
 * what is not committed (docs/design.md §8).
 *
 * Every notifying commit of a database waits for one lock of Postgres. So nothing is sent while nobody listens: who listens holds
 * {@link Announcements.listenersLock} shared, and a writer that can have it alone knows that there is nobody. One that begins to
 * listen meanwhile waits for that writer's commit, and then sees what it wrote.
 */
export class Announcements {
  readonly channel: string;
  readonly listenersLock: bigint;
  /** Tells this server's announcements from the others': it knows its own already. */
  readonly #sender = randomUUID();

  constructor(schema: string) {
    // A name of 63 bytes at most, whatever the schema is called.
    this.channel = `moorline_${createHash('sha256').update(schema).digest('hex').slice(0, 32)}`;
    this.listenersLock = lockNumber(schema, 'listeners');
  }

  /** The statement that sends one, with its values. */
  readonly statement = 'select pg_notify($1, $2) where not pg_try_advisory_xact_lock($3)';

  /** The values of {@link statement} for as many announcements as the changes need. */
  valuesOf(changes: readonly Change[]): SqlValue[][] {
    return this.textsOf(changes).map((text) => [this.channel, text, this.listenersLock]);
  }

  textsOf(changes: readonly Change[]): string[] {
    if (changes.length === 0) return [];
    const text = JSON.stringify({ from: this.#sender, changes });
    if (Buffer.byteLength(text) <= longestPayload) return [text];
    const [first, second] = halves(changes);
    return [...this.textsOf(first), ...this.textsOf(second)];
  }

  /** @returns what another server wrote; nothing for an announcement of this one. */
  read(text: string): readonly Change[] {
    const { from, changes } = JSON.parse(text) as { from: string; changes: Change[] };
    return from === this.#sender ? [] : changes;
  }
}

/** Bytes; Postgres takes less than 8,000. */
const longestPayload = 7_900;

function halves(changes: readonly Change[]): [Change[], Change[]] {
  const [only] = changes;
  if (changes.length > 1 || only === undefined) {
    const middle = changes.length >> 1;
    return [changes.slice(0, middle), changes.slice(middle)];
  }
  if ((only.kind !== 'nodes' && only.kind !== 'samples') || only.hosts.length < 2) return [[{ kind: 'reset' }], []];
  const middle = only.hosts.length >> 1;
  return [[{ ...only, hosts: only.hosts.slice(0, middle) }], [{ ...only, hosts: only.hosts.slice(middle) }]];
}

import { openSpool, type Spool, type SpoolKind } from '@moorline/cc-store/spool';
import fc from 'fast-check';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import './support.js';

const size = 100;
const overhead = 64;
const maxBytes = 12 * (size + overhead);

const anyEntry = fc.record({
  kind: fc.constantFrom<SpoolKind>('job', 'node_state', 'metrics'),
  key: fc.option(fc.constantFrom('a', 'b', 'c'), { nil: undefined }),
});
const anyStep = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('append' as const), entries: fc.array(anyEntry, { maxLength: 6 }) }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('take' as const), limit: fc.integer({ min: 1, max: 8 }) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('done' as const, 'release' as const),
      count: fc.integer({ min: 0, max: 5 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reject' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reopen' as const) }) },
);

interface ModelEntry {
  id: number;
  kind: SpoolKind;
  key: string | undefined;
  inFlight: boolean;
}

/** The rules over a plain array. */
class Model {
  waiting: ModelEntry[] = [];
  #nextId = 1;
  dropped = 0;

  append(entries: readonly { kind: SpoolKind; key: string | undefined }[]): void {
    for (const { kind, key } of entries) this.waiting.push({ id: this.#nextId++, kind, key, inFlight: false });
    if (entries.length === 0) return;
    for (const kind of ['metrics', 'node_state'] as const) {
      while (this.bytes() > maxBytes) {
        const oldest = this.waiting.find((entry) => entry.kind === kind && !entry.inFlight);
        if (oldest === undefined) break;
        this.remove([oldest.id]);
        this.dropped += 1;
      }
    }
  }

  remove(ids: readonly number[]): void {
    this.waiting = this.waiting.filter(({ id }) => !ids.includes(id));
  }

  bytes(): number {
    return this.waiting.reduce((sum, { key }) => sum + size + overhead + (key?.length ?? 0), 0);
  }

  /** Those that may be taken: nothing older with their key. */
  ready(): ModelEntry[] {
    return this.waiting.filter(
      (entry, index) =>
        !entry.inFlight &&
        (entry.key === undefined || !this.waiting.slice(0, index).some(({ key }) => key === entry.key)),
    );
  }
}

it('keeps order, bound and counts as a plain array with the same rules does', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { minLength: 5, maxLength: 40 }), async (steps) => {
      const folder = mkdtempSync(join(tmpdir(), 'moorline-spool-'));
      const options = { path: join(folder, 'spool.db'), maxBytes };
      let spool: Spool = await openSpool(options);
      const model = new Model();
      const inFlight = () => model.waiting.filter((entry) => entry.inFlight);
      try {
        for (const step of steps) {
          if (step.do === 'append') {
            await spool.append(
              step.entries.map(({ kind, key }) => ({ kind, orderKey: key, body: new Uint8Array(size) })),
            );
            model.append(step.entries);
          } else if (step.do === 'take') {
            const taken = await spool.take(step.limit);
            const ready = model.ready();
            expect(taken).toHaveLength(Math.min(step.limit, ready.length));
            // Within a kind the oldest come first.
            for (const kinds of [['job'], ['node_state', 'metrics']]) {
              const ids = taken.filter(({ kind }) => kinds.includes(kind)).map(({ id }) => id);
              const oldest = ready.filter(({ kind }) => kinds.includes(kind)).map(({ id }) => id);
              expect(ids).toEqual(oldest.slice(0, ids.length));
            }
            for (const entry of model.waiting) if (taken.some(({ id }) => id === entry.id)) entry.inFlight = true;
          } else if (step.do === 'done') {
            const ids = inFlight()
              .slice(0, step.count)
              .map(({ id }) => id);
            await spool.done(ids);
            model.remove(ids);
          } else if (step.do === 'release') {
            const chosen = inFlight().slice(0, step.count);
            spool.release(chosen.map(({ id }) => id));
            for (const entry of chosen) entry.inFlight = false;
          } else if (step.do === 'reject') {
            const [first] = inFlight();
            if (first !== undefined) await spool.reject(first.id, 'no');
            model.remove(first === undefined ? [] : [first.id]);
          } else {
            await spool.close();
            spool = await openSpool(options);
            for (const entry of model.waiting) entry.inFlight = false;
          }
          const { entries, bytes, dropped } = await spool.stats();
          expect({ entries, bytes, dropped }).toEqual({
            entries: model.waiting.length,
            bytes: model.bytes(),
            dropped: model.dropped,
          });
        }
      } finally {
        await spool.close();
        rmSync(folder, { recursive: true, force: true });
      }
    }),
    { numRuns: 12 },
  );
});

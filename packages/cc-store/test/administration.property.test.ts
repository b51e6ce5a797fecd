import type { Job, TagName } from '@moorline/cc-api';
import type { CcBackend, JobTarget, KeepTagged, Visibility } from '@moorline/cc-api/server';
import { createFakeClock } from '@moorline/core/testing';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { soak } from '../../../tools/testenv/scale.js';
import { demoStore, epoch, everything, isShared, job } from './support.js';

type FullTag = Required<TagName>;

interface ModelJob {
  id: number;
  jobId: number;
  user: string;
  startTime: number;
  metaData: Record<string, string> | null;
  /** Keys of tags. */
  tags: Set<string>;
}

const keyOf = ({ type, name, scope }: FullTag) => `${type}/${name}/${scope}`;

/** The same rules over plain arrays and sets. */
class Model {
  jobs: ModelJob[] = [];
  readonly #tags = new Set<string>();
  #lastId = 0;

  start(jobId: number, user: string, startTime: number, tags: readonly FullTag[]): number | 'duplicate' {
    if (this.jobs.some((old) => old.jobId === jobId && startTime - old.startTime < 86_400)) return 'duplicate';
    const fresh = { id: ++this.#lastId, jobId, user, startTime, metaData: null, tags: new Set<string>() };
    this.jobs.push(fresh);
    this.#attach(fresh, tags);
    return fresh.id;
  }

  edit(target: JobTarget, key: string, value: string, visibility: Visibility) {
    const found = this.#find(target, visibility);
    if (found !== undefined) found.metaData = { ...found.metaData, [key]: value };
    return found?.metaData;
  }

  tag(id: number, tags: readonly FullTag[], visibility: Visibility) {
    const found = this.#find({ id }, visibility);
    if (found === undefined) return 'not_found';
    this.#attach(found, tags);
    return [...found.tags];
  }

  untag(id: number, tags: readonly FullTag[], visibility: Visibility) {
    const found = this.#find({ id }, visibility);
    if (found === undefined) return 'not_found';
    const unknown = tags.find((tag) => !this.#tags.has(keyOf(tag)));
    if (unknown !== undefined) return unknown;
    for (const tag of tags) found.tags.delete(keyOf(tag));
    return [...found.tags];
  }

  deleteTags(tags: readonly FullTag[]): FullTag | undefined {
    const unknown = tags.find((tag) => !this.#tags.has(keyOf(tag)));
    if (unknown !== undefined) return unknown;
    for (const key of tags.map(keyOf)) {
      this.#tags.delete(key);
      for (const { tags } of this.jobs) tags.delete(key);
    }
    return undefined;
  }

  delete(target: JobTarget): number | undefined {
    const found = this.#find(target, everything);
    this.jobs = this.jobs.filter((one) => one !== found);
    return found?.id;
  }

  deleteBefore(before: number, keep: KeepTagged): number {
    const isKept = ({ startTime, tags }: ModelJob) =>
      startTime >= before ||
      (keep === 'all' && tags.size > 0) ||
      (keep === 'user' && [...tags].some((key) => !/^(app|jobClass)\//.test(key)));
    const all = this.jobs.length;
    this.jobs = this.jobs.filter(isKept);
    return all - this.jobs.length;
  }

  #find(target: JobTarget, visibility: Visibility): ModelJob | undefined {
    const isMeant = (one: ModelJob) =>
      'id' in target
        ? one.id === target.id
        : one.jobId === target.jobId && (target.startTime === undefined || one.startTime === target.startTime);
    const found = [...this.jobs].reverse().find(isMeant);
    return visibility.jobs === 'all' || found?.user === visibility.user ? found : undefined;
  }

  #attach(to: ModelJob, tags: readonly FullTag[]): void {
    for (const key of tags.map(keyOf)) {
      this.#tags.add(key);
      to.tags.add(key);
    }
  }
}

const anyId = fc.integer({ min: 1, max: 6 });
const anyJobId = fc.integer({ min: 1, max: 4 });
const anyTime = fc.constantFrom(0, 1, 86_400, 200_000).map((seconds) => epoch + seconds);
const anyTarget = fc.oneof(
  fc.record({ id: anyId }),
  fc.record({ jobId: anyJobId, startTime: anyTime }, { requiredKeys: ['jobId'] }),
);
const anyTags = fc.array(
  fc.record({
    type: fc.constantFrom('app', 'jobClass', 'class'),
    name: fc.constantFrom('a', 'a\0'),
    scope: fc.constantFrom('global', 'bob'),
  }),
  { maxLength: 3 },
);
const anyVisibility = fc.constantFrom<Visibility>(
  everything,
  { jobs: 'own', user: 'alice', projects: [] },
  { jobs: 'own', user: 'bob', projects: [] },
);

/** One call, of the store and of the model; both give the same. */
type Step = readonly [(backend: CcBackend) => Promise<unknown>, (model: Model) => unknown];

const tagKeys = (job: Job | undefined) => (job?.tags ?? []).map(keyOf).sort();
const anyStep = fc.oneof<fc.Arbitrary<Step>[]>(
  fc.tuple(anyJobId, fc.constantFrom('alice', 'bob'), anyTime, anyTags).map(([jobId, user, startTime, tags]) => [
    async (backend) => {
      const outcome = await backend.startJob(job(jobId, { user, startTime, ...(tags.length > 0 ? { tags } : {}) }));
      return outcome.outcome === 'started' ? outcome.id : outcome.outcome;
    },
    (model) => model.start(jobId, user, startTime, tags),
  ]),
  fc
    .tuple(anyTarget, fc.constantFrom('k', '__proto__', ''), fc.string(), anyVisibility)
    .map(([target, key, value, visibility]) => [
      async (backend) => (await backend.editMeta(target, { key, value }, visibility))?.metaData,
      (model) => model.edit(target, key, value, visibility),
    ]),
  fc
    .tuple(fc.constantFrom('tag' as const, 'untag' as const), anyId, anyTags, anyVisibility)
    .map(([what, id, tags, visibility]) => [
      async (backend) => {
        const outcome = await backend[`${what}Job`](id, tags, visibility);
        if (outcome.outcome === 'no_such_tag') return outcome.tag;
        return outcome.outcome === 'changed' ? tagKeys(outcome.job) : outcome.outcome;
      },
      (model) => {
        const outcome = model[what](id, tags, visibility);
        return Array.isArray(outcome) ? outcome.sort() : outcome;
      },
    ]),
  anyTags.map((tags) => [(backend) => backend.deleteTags(tags), (model) => model.deleteTags(tags)]),
  anyTarget.map((target) => [(backend) => backend.deleteJob(target), (model) => model.delete(target)]),
  fc
    .tuple(anyTime, fc.constantFrom<KeepTagged>('none', 'all', 'user'))
    .map(([before, keep]) => [
      (backend) => backend.deleteJobsBefore(before, keep),
      (model) => model.deleteBefore(before, keep),
    ]),
);

it('does as plain arrays with the same rules do, one call after the other and many at once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyStep, { minLength: 10, maxLength: 60 }),
      fc.integer({ min: 1, max: 20 }),
      async (steps, atOnce) => {
        const store = await demoStore({ clock: createFakeClock(), durability: 'relaxed' });
        const model = new Model();
        for (let first = 0; first < steps.length; first += atOnce) {
          const group = steps.slice(first, first + atOnce);
          // Those at once come one after the other, in the order in which they were asked.
          const answers = await Promise.all(group.map(([ask]) => ask(store.backend)));
          expect(answers).toEqual(group.map(([, expected]) => expected(model)));
        }
        const page = { page: 1, itemsPerPage: 100 };
        const jobs = await store.backend.listJobs({}, page, everything, { metaData: true });
        expect(jobs.map(({ id }) => id).sort()).toEqual(model.jobs.map(({ id }) => id).sort());
        for (const { id, metaData, tags } of model.jobs) {
          const readable = [...tags].filter((key) => key.endsWith('/global')).sort();
          const found = await store.backend.getJob(id, everything);
          expect({ metaData: found?.metaData, tags: tagKeys(found) }).toEqual({ metaData, tags: readable });
        }
        expect(await store.check()).toMatchObject({ isSound: true, jobs: model.jobs.length });
        await store.close();
      },
    ),
    { numRuns: isShared ? soak(3, 20) : 20 },
  );
});

import type { JobAdministration, JobTarget, TagOutcome, Visibility } from '@moorline/cc-api/server';
import type { Session } from '../database/query.js';
import type { StoreDatabase } from '../database/store-database.js';
import type { CommitQueue } from '../sql/commit-queue.js';
import { createDeleteJobs, type Place } from './delete-jobs.js';
import { createEditMeta } from './edit-meta.js';
import type { FindJobs } from './find-jobs.js';
import type { NewestJob } from './newest-job.js';
import type { JobTags } from './tags.js';

export interface JobAdministrationParts {
  db: StoreDatabase;
  queue: CommitQueue;
  writing: Session;
  tags: JobTags;
  findJobs: FindJobs;
  newestJob: NewestJob;
  nowSeconds: () => number;
}

/** What is done to jobs after they were reported: what each reads and writes is one write of the queue. */
export function createJobAdministration(parts: JobAdministrationParts): JobAdministration {
  const { db, queue, writing, tags, findJobs, newestJob, nowSeconds } = parts;
  const editMeta = createEditMeta(db, findJobs);
  const deleteJobs = createDeleteJobs(db);

  const idOf = async (target: JobTarget): Promise<number | undefined> =>
    'id' in target ? target.id : (await newestJob(writing, target))?.id;
  const find = (id: number, visibility: Visibility) => findJobs.byId(writing, id, visibility, nowSeconds(), 'anybody');
  const changed = async (id: number, visibility: Visibility): Promise<TagOutcome> => {
    const job = await find(id, visibility);
    return job === undefined ? { outcome: 'not_found' } : { outcome: 'changed', job };
  };

  return {
    editMeta: (target, entry, visibility) =>
      queue.write(async () => {
        const id = await idOf(target);
        return id === undefined ? undefined : editMeta(writing, id, entry, visibility, nowSeconds());
      }),
    tagJob: (id, added, visibility) =>
      queue.write(async () => {
        if ((await find(id, visibility)) === undefined) return { outcome: 'not_found' };
        await tags.attach(writing, id, added);
        return changed(id, visibility);
      }),
    untagJob: (id, removed, visibility) =>
      queue.write(async () => {
        if ((await find(id, visibility)) === undefined) return { outcome: 'not_found' };
        const found = await tags.find(writing, removed);
        if (!Array.isArray(found)) return { outcome: 'no_such_tag', tag: found };
        await tags.detach(writing, id, found);
        return changed(id, visibility);
      }),
    deleteTags: (doomed) =>
      queue.write(async () => {
        const found = await tags.find(writing, doomed);
        if (!Array.isArray(found)) return found;
        await tags.delete(writing, found);
        return undefined;
      }),
    deleteJob: (target) =>
      queue.write(async () => {
        const id = await idOf(target);
        if (id === undefined || !Number.isSafeInteger(id)) return undefined;
        return (await deleteJobs.one(writing, id)) ? id : undefined;
      }),
    async deleteJobsBefore(before, keepTagged) {
      const bound = Math.max(Number.MIN_SAFE_INTEGER, Math.min(before, Number.MAX_SAFE_INTEGER));
      let deleted = 0;
      // A write for each step, so that those of others pass in between.
      for (let from: Place | undefined = veryFirst; from !== undefined;) {
        const place: Place = from;
        const step = await queue.write(() => deleteJobs.step(writing, bound, keepTagged, place));
        deleted += step.deleted;
        from = step.next;
      }
      return deleted;
    },
  };
}

/** Before every job. */
const veryFirst: Place = { startTime: Number.MIN_SAFE_INTEGER, id: 0 };

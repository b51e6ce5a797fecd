import type { Job } from '@moorline/cc-api';
import type { JobAdministration, JobTarget, TagOutcome, Visibility } from '@moorline/cc-api/server';
import { type Change, jobChange } from '../changes/change.js';
import type { Session } from '../database/query.js';
import type { StoreDatabase } from '../database/store-database.js';
import type { CommitQueue } from '../sql/commit-queue.js';
import { createDeleteJobs, type Place } from './delete-jobs.js';
import { createEditMeta } from './edit-meta.js';
import type { FindJobs } from './find-jobs.js';
import type { JobHosts } from './job-hosts.js';
import type { NewestJobs } from './newest-job.js';
import type { JobTags } from './tags.js';

export interface JobAdministrationParts {
  db: StoreDatabase;
  queue: CommitQueue;
  writing: Session;
  tags: JobTags;
  hosts: JobHosts;
  findJobs: FindJobs;
  newestJobs: NewestJobs;
  nowSeconds: () => number;
}

/** What is done to jobs after they were reported: what each reads and writes is one write of the queue. */
export function createJobAdministration(parts: JobAdministrationParts): JobAdministration {
  const { db, queue, writing, tags, hosts, findJobs, newestJobs, nowSeconds } = parts;
  const editMeta = createEditMeta(db, findJobs);
  const deleteJobs = createDeleteJobs(db, hosts);

  const idOf = async (target: JobTarget): Promise<number | undefined> =>
    'id' in target ? target.id : (await newestJobs(writing, [target])).get(target.jobId)?.id;
  const find = (id: number, visibility: Visibility) => findJobs.byId(writing, id, visibility, nowSeconds(), 'anybody');
  const changed = async (id: number, visibility: Visibility): Promise<TagOutcome> => {
    const job = await find(id, visibility);
    return job === undefined ? { outcome: 'not_found' } : { outcome: 'changed', job };
  };

  return {
    editMeta: (target, entry, visibility) =>
      queue.write(
        async () => {
          const id = await idOf(target);
          return id === undefined ? undefined : editMeta(writing, id, entry, visibility, nowSeconds());
        },
        undefined,
        changedJob,
      ),
    tagJob: (id, added, visibility) =>
      queue.write(
        async () => {
          if ((await find(id, visibility)) === undefined) return { outcome: 'not_found' };
          await tags.attach(writing, id, added);
          return changed(id, visibility);
        },
        undefined,
        tagChanges,
      ),
    untagJob: (id, removed, visibility) =>
      queue.write(
        async () => {
          if ((await find(id, visibility)) === undefined) return { outcome: 'not_found' };
          const found = await tags.find(writing, removed);
          if (!Array.isArray(found)) return { outcome: 'no_such_tag', tag: found };
          await tags.detach(writing, id, found);
          return changed(id, visibility);
        },
        undefined,
        tagChanges,
      ),
    async deleteTags(doomed) {
      const outcome = await queue.write(
        async () => {
          const found = await tags.find(writing, doomed);
          if (!Array.isArray(found)) return { missing: found, jobs: [] };
          const jobs = await tags.someJobs(writing, found, mostNamedJobs + 1);
          await tags.delete(writing, found);
          return { missing: undefined, jobs };
        },
        undefined,
        ({ jobs }) => (jobs.length > mostNamedJobs ? [{ kind: 'reset' }] : jobs.map((id) => jobChange('changed', id))),
      );
      return outcome.missing;
    },
    deleteJob: (target) =>
      queue.write(
        async () => {
          const id = await idOf(target);
          if (id === undefined || !Number.isSafeInteger(id)) return undefined;
          return (await deleteJobs.one(writing, id)) ? id : undefined;
        },
        undefined,
        (id) => (id === undefined ? [] : [jobChange('deleted', id)]),
      ),
    async deleteJobsBefore(before, keepTagged) {
      const bound = Math.max(Number.MIN_SAFE_INTEGER, Math.min(before, Number.MAX_SAFE_INTEGER));
      let deleted = 0;
      // A write for each step, so that those of others pass in between.
      for (let from: Place | undefined = veryFirst; from !== undefined;) {
        const place: Place = from;
        const step = await queue.write(
          () => deleteJobs.step(writing, bound, keepTagged, place),
          undefined,
          ({ deleted }) => deleted.map((id) => jobChange('deleted', id)),
        );
        deleted += step.deleted.length;
        from = step.next;
      }
      return deleted;
    },
  };
}

/** Jobs that one deletion of tags names: of more, readers look at everything again. */
const mostNamedJobs = 200;

const changedJob = (job: Job | undefined): Change[] => (job?.id === undefined ? [] : [jobChange('changed', job.id)]);

const tagChanges = (outcome: TagOutcome): Change[] => (outcome.outcome === 'changed' ? changedJob(outcome.job) : []);

/** Before every job. */
const veryFirst: Place = { startTime: Number.MIN_SAFE_INTEGER, id: 0 };

import type { Kysely, Migration } from 'kysely';

/**
 * Each condition that a list of jobs may have is the beginning of an index together with the state (docs/design.md §2). The
 * columns behind `id` spare a look at the row where two conditions meet.
 */
export const jobIndexes: Migration = {
  async up(db: Kysely<unknown>) {
    for (const name of ['job_cluster', 'job_project', 'job_user']) await db.schema.dropIndex(name).execute();
    const byCluster = ['state', 'cluster', 'start_time', 'id'];
    await db.schema.createIndex('job_state_cluster').on('job').columns(byCluster).execute();
    const byProject = ['state', 'project', 'start_time', 'id', 'cluster', 'user_name'];
    await db.schema.createIndex('job_state_project').on('job').columns(byProject).execute();
    const byUser = ['state', 'user_name', 'start_time', 'id', 'cluster', 'project'];
    await db.schema.createIndex('job_state_user').on('job').columns(byUser).execute();
  },

  async down(db: Kysely<unknown>) {
    for (const name of ['job_state_cluster', 'job_state_project', 'job_state_user'])
      await db.schema.dropIndex(name).execute();
    await db.schema.createIndex('job_cluster').on('job').columns(['cluster', 'start_time', 'id']).execute();
    await db.schema.createIndex('job_project').on('job').columns(['project', 'start_time', 'id']).execute();
    await db.schema.createIndex('job_user').on('job').columns(['user_name', 'start_time', 'id']).execute();
  },
};

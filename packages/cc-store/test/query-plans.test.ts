import type { JobFilter, Visibility } from '@moorline/cc-api/server';
import { Kysely } from 'kysely';
import { afterAll, expect, it } from 'vitest';
import { LibsqlDialect } from '../src/database/libsql-dialect.js';
import { migrate } from '../src/database/migrate.js';
import { bind, type Parameters as Params, prepare, type Session } from '../src/database/query.js';
import type { Schema } from '../src/database/schema.js';
import {
  buildJobList,
  listShape,
  type ListValues,
  listValues,
  sliceShape,
  sliceValues,
} from '../src/jobs/job-list-query.js';
import { createJobHosts } from '../src/jobs/job-hosts.js';
import type { JobRow } from '../src/jobs/job-row.js';
import { createNewestJobs } from '../src/jobs/newest-job.js';
import type { JobSearch } from '../src/jobs/search/job-search.js';
import { buildSearch, type Lead } from '../src/jobs/search/search-query.js';
import { searchShape, type SearchValues, searchValues } from '../src/jobs/search/search-shape.js';
import { createStartJobs } from '../src/jobs/start-job.js';
import { createStopJobs } from '../src/jobs/stop-job.js';
import { createJobTags } from '../src/jobs/tags.js';
import { createNeededSince } from '../src/metrics/needed-since.js';
import { Connection } from '../src/sql/connection.js';
import { loadDriver, type SqlValue } from '../src/sql/driver.js';
import { demoStore, epoch, firstPage, job } from './support.js';

const db = await migratedDatabase();
afterAll(() => db.connection.close());

/** What SQLite does for a list, a line for each step, without the lines that only say how branches are merged. */
function planOf(filter: JobFilter, visibility: Visibility, isPart: boolean): string[] {
  const [whole, page] = [listShape(filter, visibility, false), listValues(filter, firstPage, visibility)];
  const shape = isPart ? sliceShape(whole) : whole;
  const values = isPart ? sliceValues(page, { startTime: 2, id: 1 }, 25) : page;
  const query = prepare(db.kysely, (db, p: Params<ListValues>) => buildJobList(db, p, shape));
  const steps = db.connection.all(`explain query plan ${query.sql}`, bind(query, values));
  return steps.map(({ detail }) => String(detail)).filter((step) => !/^(?:MERGE|LEFT|RIGHT)/.test(step));
}

/** The page in the list's order from indexes alone, then its rows by their ids; nothing is sorted. */
const rowsOfPage = [
  'SCAN page',
  'SEARCH job USING INTEGER PRIMARY KEY (rowid=?)',
  'CORRELATED SCALAR SUBQUERY 1',
  'SEARCH job_tag USING COVERING INDEX sqlite_autoindex_job_tag_1 (job=?)',
];

const span = { startTime: { from: 1, to: 2 } };
const filters: JobFilter[] = [{}, { cluster: 'a' }, { project: 'p' }, { cluster: 'a', project: 'p' }]
  .flatMap((filter): JobFilter[] => [
    filter,
    { ...filter, states: ['running'] },
    { ...filter, states: ['completed', 'failed'] },
  ])
  .flatMap((filter): JobFilter[] => [filter, { ...filter, ...span }]);
const everyone: Visibility = { jobs: 'all' };
const readers: Visibility[] = [
  everyone,
  { jobs: 'all', clusters: ['a'] },
  { jobs: 'all', clusters: ['a', 'b'] },
  { jobs: 'own', user: 'u', projects: [] },
  { jobs: 'own', user: 'u', projects: ['p', 'q'] },
  { jobs: 'own', user: 'u', projects: ['p', 'q'], clusters: ['a', 'b'] },
];

it.each([
  ['every list of the API', false],
  ['every part of a long list', true],
])('answers %s from indexes, in their order', (_, isPart) => {
  for (const visibility of readers) {
    for (const filter of filters) {
      const [first, ...steps] = planOf(filter, visibility, isPart);
      const what = JSON.stringify({ filter, visibility });
      expect(first, what).toBe('CO-ROUTINE page');
      expect(steps.slice(-rowsOfPage.length), what).toEqual(rowsOfPage);
      for (const step of steps.slice(0, -rowsOfPage.length))
        expect(step, what).toMatch(expectedStep(filter, visibility));
    }
  }
});

/** The newest jobs of all; or those of one state and, where something else is asked for, of one cluster, project or user. */
function expectedStep({ cluster, project, states }: JobFilter, { jobs, clusters }: Visibility): RegExp {
  if (project !== undefined || jobs === 'own')
    return onIndex('job_state_(?:project|user)', 'state=\\? AND (?:project|user_name)=\\?');
  if (cluster !== undefined || clusters !== undefined) return onIndex('job_state_cluster', 'state=\\? AND cluster=\\?');
  if (states !== undefined) return onIndex('job_state', 'state=\\?');
  return /^(?:SCAN job USING COVERING INDEX job_start|SEARCH job USING COVERING INDEX job_start \(start_time>\? AND start_time<\?\))$/;
}

const onIndex = (index: string, columns: string): RegExp =>
  new RegExp(`^SEARCH job USING COVERING INDEX ${index} \\(${columns}(?: AND start_time>\\? AND start_time<\\?)?\\)$`);

/** What SQLite does for a search, but for the rows of the page. */
function searchPlanOf(part: Partial<JobSearch>, visibility: Visibility, lead: Lead): string[] {
  const whole: JobSearch = { states: [], tags: [], sort: 'startTime', order: 'desc', limit: 50, count: false, ...part };
  const shape = { ...searchShape(whole, visibility), isAfter: true };
  const values = searchValues(whole, visibility, 9, {
    key: whole.sort === 'user' ? 'u' : 5,
    startTime: 5,
    id: 5,
    at: 9,
  });
  const query = prepare(db.kysely, (db, p: Params<SearchValues>) => buildSearch(db, p, shape, lead));
  const steps = db.connection
    .all(`explain query plan ${query.sql}`, bind(query, values))
    .map(({ detail }) => String(detail));
  return steps
    .slice(0, steps.lastIndexOf('SCAN page'))
    .filter((step) => !/^(?:MERGE|LEFT|RIGHT|CO-ROUTINE|CORRELATED|COMPOUND|UNION|SCAN led)/.test(step));
}

const search = (index: string, columns: string): string => `SEARCH job USING ${index} (${columns})`;
const rowById = 'SEARCH job USING INTEGER PRIMARY KEY (rowid=?)';
const hasTag = [
  'SEARCH tag USING COVERING INDEX sqlite_autoindex_tag_1 (type=? AND name=? AND scope=?)',
  'SEARCH job_tag USING COVERING INDEX sqlite_autoindex_job_tag_1 (job=? AND tag=?)',
];
const sorted = 'USE TEMP B-TREE FOR ORDER BY';

it.each<[string, Partial<JobSearch>, Lead, string[]]>([
  ['newest first', {}, 'order', [search('COVERING INDEX job_start', 'start_time<?')]],
  ['running', { states: ['running'] }, 'order', [search('COVERING INDEX job_state', 'state=? AND start_time<?')]],
  [
    'of one user, failed',
    { states: ['failed'], user: 'u' },
    'order',
    [search('COVERING INDEX job_state_user', 'state=? AND user_name=? AND start_time<?')],
  ],
  [
    'of one node',
    { node: 'n01', user: 'u' },
    'node',
    ['SEARCH led USING PRIMARY KEY (host=? AND start_time<?)', rowById],
  ],
  [
    'of one node, by duration',
    { node: 'n01', sort: 'duration' },
    'node',
    ['SEARCH led USING PRIMARY KEY (host=?)', rowById, sorted],
  ],
  [
    'ended, by duration, of one user',
    { states: ['failed', 'completed'], user: 'u', sort: 'duration' },
    'order',
    [search('INDEX job_ended_duration', 'duration<?')],
  ],
  [
    'by number of nodes',
    { states: ['failed'], sort: 'numNodes' },
    'order',
    [search('INDEX job_ended_nodes', 'num_nodes<?')],
  ],
  [
    'by user',
    { states: ['failed'], sort: 'user' },
    'order',
    [search('COVERING INDEX job_state_user', 'state=? AND user_name<?')],
  ],
  [
    'with a common tag',
    { tags: [{ type: 't', name: 'n' }] },
    'order',
    [search('COVERING INDEX job_start', 'start_time<?'), ...hasTag],
  ],
])('searches %s by its index, in its order', (_, part, lead, steps) => {
  expect(searchPlanOf(part, everyone, lead)).toEqual(steps);
});

it('finds the jobs that many starts and stops are about each by its index', async () => {
  const { plans, explained } = explaining(/(?:SCAN|SEARCH) (?!\d+ CONSTANT)/);
  const tags = createJobTags(db.kysely);
  const jobs = Array.from({ length: 64 }, (_, index) => job(index));
  await createStartJobs(db.kysely, tags, createJobHosts(db.kysely))(explained, jobs);
  const [duplicates] = plans.splice(0);
  expect(duplicates).toEqual([
    'SCAN listed',
    rowById,
    'SEARCH known USING COVERING INDEX job_key (job_id=? AND cluster=? AND start_time>?)',
  ]);
  const newestJobs = createNewestJobs(db.kysely);
  for (const { key, index } of [
    { key: {}, index: 'COVERING INDEX job_key (job_id=?)' },
    { key: { startTime: 1 }, index: 'INDEX job_start (start_time=?)' },
    { key: { cluster: 'demo' }, index: 'COVERING INDEX job_key (job_id=? AND cluster=?)' },
    {
      key: { cluster: 'demo', startTime: 1 },
      index: 'COVERING INDEX job_key (job_id=? AND cluster=? AND start_time=?)',
    },
  ]) {
    await newestJobs(
      explained,
      jobs.map(({ jobId }) => ({ ...key, jobId })),
    );
    expect(plans.splice(0)).toEqual([['SCAN listed', rowById, `SEARCH known USING ${index}`]]);
  }
  const found: Session = {
    ...explained,
    all: async () => jobs.map(({ jobId }) => ({ ...storedJob, id: jobId, job_id: jobId })) as never,
  };
  const archiver = { enqueue: () => Promise.resolve() };
  const stops = jobs.map(({ jobId }) => ({
    request: { jobId, stopTime: epoch, jobState: 'completed' as const },
    mayStop: () => true,
  }));
  await createStopJobs(db.kysely, newestJobs, archiver)(found, stops, epoch);
  expect(plans).toEqual([['SCAN listed', rowById]]);
});

it('finds the jobs whose samples are needed by their indexes, in the order of these', async () => {
  const { plans, explained } = explaining(/./);
  await createNeededSince(db.kysely)(explained);
  expect(plans).toEqual([
    [search('INDEX job_state', 'state=? AND start_time>?')],
    ['SEARCH archive_queue USING INTEGER PRIMARY KEY (rowid>?)', rowById],
  ]);
});

it('answers a reader of more clusters and projects than can be asked for one by one', async () => {
  const { backend } = await demoStore();
  await backend.startJob(job(1, { project: 'p77' }));
  await backend.startJob(job(2, { project: 'p77', user: 'bob' }));
  await backend.startJob(job(3, { project: 'other' }));
  const many = (name: string) => Array.from({ length: 100 }, (_, index) => `${name}${index}`);
  const clusters = ['demo', ...many('c')];
  const found = async (visibility: Visibility) =>
    (await backend.listJobs({}, firstPage, visibility, { metaData: false })).map(({ jobId }) => jobId);
  expect(await found({ jobs: 'all', clusters })).toEqual([3, 2, 1]);
  expect(await found({ jobs: 'all', clusters: many('c') })).toEqual([]);
  expect(await found({ jobs: 'own', user: 'bob', projects: many('p'), clusters })).toEqual([2, 1]);
});

/** A session that only explains statements, to `plans`: those steps of each that fit. */
function explaining(wanted: RegExp): { plans: string[][]; explained: Session } {
  const plans: string[][] = [];
  const explain = (sql: string, values: readonly SqlValue[]): void => {
    const steps = db.connection.all(`explain query plan ${sql}`, values).map(({ detail }) => String(detail));
    plans.push(steps.filter((step) => wanted.test(step)));
  };
  const explained: Session = {
    async all(query, values) {
      explain(query.sql, bind(query, values));
      return [];
    },
    first: () => Promise.reject(new Error('one by one')),
    async run(query, values) {
      explain(query.sql, bind(query, values));
      return 0;
    },
  };
  return { plans, explained };
}

const storedJob: Omit<JobRow, 'id' | 'job_id'> = {
  cluster: 'demo',
  start_time: epoch,
  state: 'running',
  duration: 0,
  resources: '[]',
  document: '{}',
};

async function migratedDatabase(): Promise<{ kysely: Kysely<Schema>; connection: Connection }> {
  const connection = new Connection(await loadDriver(), ':memory:');
  const kysely = new Kysely<Schema>({ dialect: new LibsqlDialect(connection) });
  await migrate(kysely, ':memory:');
  return { kysely, connection };
}

import { mergeConfig } from 'vitest/config';
import { postgresFolder } from '../../tools/testenv/postgres.js';
import shared from '../../vitest.shared.js';

const { CI, TEST_POSTGRES_URL } = process.env;
const hasPostgres = TEST_POSTGRES_URL !== undefined || postgresFolder() !== undefined;
if (!hasPostgres && CI === undefined) {
  console.warn('\n  NOT TESTED on Postgres: there are no initdb and pg_ctl, and TEST_POSTGRES_URL is not set.\n');
}

/** What is about files and about SQLite's plans, not about a store. */
const onlyFiles = [
  'test/file*.test.ts',
  'test/spool*.test.ts',
  'test/readme.test.ts',
  'test/query-plans.test.ts',
  'test/backup.test.ts',
];
const onlyPostgres = ['test/postgres*.test.ts'];
/** What ends the server: only where there is one of the tests' own. */
const onlyOwnPostgres = ['test/postgres-crash.test.ts'];

/** The store's tests run once on each database: `test/support.ts` gives them a place there. */
export default mergeConfig(shared, {
  test: {
    // Files share a process, and what it has loaded: none of them changes anything that belongs to all.
    isolate: false,
    projects: [
      { extends: true, test: { name: 'libsql', exclude: onlyPostgres, globalSetup: ['test/build-children.ts'] } },
      ...(hasPostgres || CI !== undefined
        ? [
            {
              extends: true,
              test: {
                name: 'postgres',
                exclude: [...onlyFiles, 'src/**', ...(postgresFolder() === undefined ? onlyOwnPostgres : [])],
                globalSetup: ['test/build-children.ts', '../../tools/testenv/postgres-setup.ts'],
              },
            },
          ]
        : []),
    ],
  },
});

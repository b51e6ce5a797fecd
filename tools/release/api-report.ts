import { runMain } from '../process/run-main.js';
import { reportApi } from './report-api.js';

/** Run in a package's folder, after its build. */
await runMain(() => {
  const problems = reportApi(process.cwd(), { update: false });
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  if (problems.length > 0) process.stderr.write('When the change is meant: npm run api:update, and a changeset.\n');
  return problems.length > 0 ? 1 : 0;
});

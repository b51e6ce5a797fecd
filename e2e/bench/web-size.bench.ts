/*
 * What must be loaded before each view of the page shows: its own JavaScript and styles with all that they import, packed.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { report } from '../../tools/bench/harness.js';
import { buildPage, packedBytes } from './web/page-build.js';

const folder = mkdtempSync(join(tmpdir(), 'moorline-bench-'));
try {
  const build = await buildPage(folder);
  const views = Object.keys(build.manifest).filter((name) => /^src\/views\/[\w-]+\/[\w-]+-view\.tsx$/.test(name));
  for (const view of views) {
    const name = /^src\/views\/([\w-]+)\//.exec(view)?.[1] ?? view;
    // What one sees first: whom the server does not know signs in, and comes to the cluster or to the jobs.
    const isFirst = ['sign-in', 'jobs', 'cluster'].includes(name);
    report({
      name: `view ${name}, JavaScript packed`,
      unit: 'kB',
      ours: packedBytes(build, view, '.js') / 1000,
      ...(isFirst ? { goal: '≤ 120 kB' } : {}),
    });
    report({ name: `view ${name}, styles packed`, unit: 'kB', ours: packedBytes(build, view, '.css') / 1000 });
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

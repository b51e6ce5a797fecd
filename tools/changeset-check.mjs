import { run } from './bootstrap/run.mjs';

await run('release/changeset-check.ts');

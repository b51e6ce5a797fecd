import { run } from './bootstrap/run.mjs';

await run('release/api-report.ts');

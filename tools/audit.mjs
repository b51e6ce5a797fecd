import { run } from './bootstrap/run.mjs';

await run('supply/audit-main.ts');

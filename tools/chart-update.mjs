import { run } from './bootstrap/run.mjs';

await run('deploy/main.ts');

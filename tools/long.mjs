import { run } from './bootstrap/run.mjs';

await run('long/main.ts');

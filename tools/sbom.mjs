import { run } from './bootstrap/run.mjs';

await run('supply/main.ts');

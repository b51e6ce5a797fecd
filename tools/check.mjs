import { run } from './bootstrap/run.mjs';

await run('sources/main.ts');

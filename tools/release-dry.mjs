import { run } from './bootstrap/run.mjs';

await run('rehearsal/main.ts');

import { run } from './bootstrap/run.mjs';

await run('examples/main.ts');

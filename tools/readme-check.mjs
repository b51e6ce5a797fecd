import { run } from './bootstrap/run.mjs';

await run('docs/readme-check.ts');

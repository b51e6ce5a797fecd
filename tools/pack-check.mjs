import { run } from './bootstrap/run.mjs';

await run('release/pack-check.ts');

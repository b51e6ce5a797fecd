import { run } from './bootstrap/run.mjs';

await run('release/stage.ts');

import { run } from './bootstrap/run.mjs';

await run('new-package/main.ts');

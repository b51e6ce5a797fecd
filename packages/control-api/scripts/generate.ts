import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generatedModules } from './modules.js';

/** Writes src/generated/ from the document. */
const folder = join(import.meta.dirname, '..');
const modules = await generatedModules(readFileSync(join(folder, 'openapi/moorline-v1.yaml'), 'utf8'));
for (const [name, text] of Object.entries(modules)) writeFileSync(join(folder, 'src/generated', name), text);

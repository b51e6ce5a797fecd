/**
 * Everything from cc-backend's document: against the converters that it calls, alone, on the same document. Then reading
 * JSON with its checks against `JSON.parse`.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import openapiTS, { astToString } from 'openapi-typescript';
import { convertObj } from 'swagger2openapi';
import { measure, notAvailable, report } from '../../../tools/bench/harness.js';
import { sharedFolder } from '../../../tools/testenv/shared.js';
import { parseJson } from '../src/document/parse-json.js';
import { generate } from '../src/index.js';

const shared = sharedFolder();
if (shared === undefined) {
  notAvailable({ name: 'generate', reason: "cc-backend's own document, data/clustercockpit/swagger-1.5.4.json" });
} else {
  const document = join(shared, 'data/clustercockpit/swagger-1.5.4.json');
  const text = readFileSync(document, 'utf8');
  const folder = mkdtempSync(join(tmpdir(), 'moorline-bench-'));
  try {
    await everything(document, text, folder);
    await reading(text);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function everything(document: string, text: string, folder: string): Promise<void> {
  let count = 0;
  const { ours, bound } = await measure(
    {
      ours: () => generate({ document, out: join(folder, String(count++)) }),
      bound: async () => {
        const { openapi } = await convertObj(JSON.parse(text), { patch: true });
        return astToString(await openapiTS(JSON.stringify(openapi), { silent: true }));
      },
    },
    { rounds: 7, calls: 1 },
  );
  report({ name: 'generate everything', unit: 'ms', ours: ours.msPerCall, goal: '≤ 10000 ms' });
  report({
    name: 'generate everything, against types alone',
    unit: 'CPU ms',
    ours: ours.cpuMsPerCall,
    peer: { name: 'swagger2openapi and openapi-typescript', value: bound.cpuMsPerCall },
  });
}

async function reading(text: string): Promise<void> {
  const { ours, bound } = await measure({ ours: () => parseJson(text, 'doc.json'), bound: () => JSON.parse(text) });
  report({
    name: 'read the document',
    unit: 'ms',
    ours: ours.msPerCall,
    peer: { name: 'JSON.parse', value: bound.msPerCall },
    goal: '≤ 10 ×',
  });
}

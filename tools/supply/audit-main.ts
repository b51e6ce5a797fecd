import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runMain } from '../process/run-main.js';
import { root } from '../repo/root.js';
import { askRegistry } from './ask-registry.js';
import { auditProblems, readAccepted, readFindings } from './audit.js';

/** Asks npm's registry for advisories about what users install: done by a workflow every day, since it needs the network. */
await runMain(async () => {
  const findings = readFindings(await askRegistry(root));
  const accepted = readAccepted(readFileSync(join(import.meta.dirname, 'accepted-advisories.json'), 'utf8'));
  const problems = auditProblems(findings, accepted, new Date().toISOString().slice(0, 10));
  const counts = `${findings.length} findings, ${accepted.length} accepted, ${problems.length} problems`;
  process.stdout.write([...problems, counts, ''].join('\n'));
  return problems.length === 0 ? 0 : 1;
});

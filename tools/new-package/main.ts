import { interruptSignal } from '../process/interrupt.js';
import { runGroup } from '../process/run-group.js';
import { runMain } from '../process/run-main.js';
import { bin, root } from '../repo/root.js';
import { createPackage } from './create-package.js';

const help = `Usage: npm run new-package -- NAME

Makes packages/NAME with all its rooms, links it into the workspace and records its public API, so that
npm test -- NAME passes at once. It begins with a protocol of one question and one answer: replace it piece by piece.
`;

await runMain(async (args) => {
  const [name, ...more] = args;
  if (name === '--help' || more.length > 0) {
    process.stdout.write(help);
    return more.length > 0 ? 1 : 0;
  }
  const files = createPackage(root, name);
  process.stdout.write(`${files.map((file) => `  ${file}`).join('\n')}\n`);

  const options = { cwd: root, signal: interruptSignal() };
  const folder = `packages/${name ?? ''}`;
  const steps = [
    { what: 'format', command: process.execPath, args: [bin('prettier'), '--write', '--log-level=warn', folder] },
    { what: 'link', command: 'npm', args: ['install', '--no-audit', '--no-fund'] },
    { what: 'record the API', command: process.execPath, args: ['tools/api-update.mjs', name ?? ''] },
  ];
  for (const step of steps) {
    process.stdout.write(`\n${step.what}: ${step.args.join(' ')}\n`);
    const code = await runGroup(step.command, step.args, options);
    if (code !== 0) return code;
  }
  process.stdout.write(`\n${folder} is there. Check it: npm test -- ${name ?? ''}\n`);
  return 0;
});

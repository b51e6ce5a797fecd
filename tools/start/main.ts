import { interruptSignal } from '../process/interrupt.js';
import { runMain } from '../process/run-main.js';
import { root } from '../repo/root.js';
import { help, parseArgs } from './args.js';
import { launch } from './launch.js';
import { defaultLayout } from './layout.js';

const print = (text: string) => void process.stdout.write(text);

await runMain(async (args) => {
  const options = parseArgs(args);
  if (options === undefined) print(help);
  else await launch({ ...options, layout: defaultLayout(root), print, signal: interruptSignal() });
  return 0;
});

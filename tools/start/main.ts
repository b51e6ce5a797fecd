import { interruptSignal } from '../process/interrupt.js';
import { runMain } from '../process/run-main.js';
import { root } from '../repo/root.js';
import { help, parseArgs } from './args.js';
import { browserOpener } from './browser.js';
import { launch } from './launch.js';
import { defaultLayout } from './layout.js';

const print = (text: string) => void process.stdout.write(text);

await runMain(async (args) => {
  const options = parseArgs(args);
  if (options === undefined) print(help);
  else {
    const { port, mayOpen } = options;
    const opener = mayOpen && process.stdout.isTTY ? browserOpener(process.platform, process.env) : undefined;
    await launch({ layout: defaultLayout(root), port, opener, print, signal: interruptSignal() });
  }
  return 0;
});

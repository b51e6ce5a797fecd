import { interruptSignal } from '../../process/interrupt.js';
import { runMain } from '../../process/run-main.js';
import { root } from '../../repo/root.js';
import { launch } from '../launch.js';
import { fakeLayout } from './fake-apps.js';

/** `npm start` as a process of its own, with the fakes as apps: `launch-fakes.ts STATE_DIR`. */
await runMain(async ([stateDir = '']) => {
  const print = (text: string) => void process.stdout.write(text);
  await launch({ layout: fakeLayout(root, stateDir), port: 8080, print, signal: interruptSignal() });
  return 0;
});

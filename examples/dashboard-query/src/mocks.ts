import { setupWorker } from 'msw/browser';
import { simulation } from './simulation.js';

/** From now on a service worker answers what this page asks, as the server would. */
export async function startMocks(): Promise<void> {
  const worker = setupWorker(...simulation().handlers);
  await worker.start({ onUnhandledRequest: 'bypass', quiet: true });
}

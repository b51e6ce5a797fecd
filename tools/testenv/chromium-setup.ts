import type { TestProject } from 'vitest/node';
import { hasChromium, serveChromium } from './chromium.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the one Chromium of this run is reached; absent where there is none, and its tests are skipped. */
    chromium: string | undefined;
  }
}

/** For vitest's `globalSetup`: one Chromium for the tests of all files. */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  if (!hasChromium) {
    provide('chromium', undefined);
    return () => Promise.resolve();
  }
  const server = await serveChromium();
  provide('chromium', server.wsEndpoint());
  return () => server.close();
}

import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';

/** Serves one bundle as a page, runs it in a browser, and tells what it threw; undefined when it did its work. */
export async function runInPage(browser: Browser, script: string, signal: AbortSignal): Promise<string | undefined> {
  const server = createServer((request, response) => {
    const isScript = request.url === '/program.js';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
    response.end(isScript ? script : html);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    const thrown = new Promise<string>((resolve) => {
      page.once('pageerror', (error) => {
        resolve(error.stack ?? error.message);
      });
    });
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    signal.throwIfAborted();
    const done = page.waitForFunction('globalThis.programEnded', undefined, { timeout: 30_000 });
    const result = await Promise.race([done.then((handle) => handle.jsonValue()), thrown]);
    return result === 'done' ? undefined : String(result);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    await context.close();
    await closeServer(server);
  }
}

const html = `<!doctype html><link rel="icon" href="data:,"><script type="module" src="/program.js"></script>`;

/** What a bundler is given: runs the program and leaves the outcome for {@link runInPage}. @param program relative */
export const pageEntry = (program: string): string => `import { run } from '${program}';
run().then(
  () => { globalThis.programEnded = 'done'; },
  (error) => { globalThis.programEnded = String(error?.stack ?? error); },
);
`;

async function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/**
 * The serious and critical accessibility faults that axe finds in what the page shows now, a line each.
 *
 * axe runs in a JavaScript world of its own, as an extension's code does: the page's content security policy stays as strict as it
 * is, and the page's own globals stay clean.
 */
export async function seriousFaults(page: Page): Promise<string[]> {
  const devtools = await page.context().newCDPSession(page);
  try {
    const { frameTree } = await devtools.send('Page.getFrameTree');
    const world = { frameId: frameTree.frame.id, worldName: 'axe' };
    const { executionContextId: contextId } = await devtools.send('Page.createIsolatedWorld', world);
    await evaluate(`${source}; undefined`);
    const run = `axe.run(document, { resultTypes: ['violations'] }).then(JSON.stringify)`;
    const { violations } = JSON.parse(String(await evaluate(run))) as AxeResults;
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, help, nodes }) =>
        nodes.map((node) => `${id}: ${help}: ${node.html}\n${node.failureSummary ?? ''}`),
      );

    async function evaluate(expression: string): Promise<unknown> {
      const options = { contextId, expression, awaitPromise: true, returnByValue: true };
      const { result, exceptionDetails } = await devtools.send('Runtime.evaluate', options);
      if (exceptionDetails === undefined) return result.value;
      throw new Error(`axe failed: ${exceptionDetails.exception?.description ?? exceptionDetails.text}`);
    }
  } finally {
    await devtools.detach();
  }
}

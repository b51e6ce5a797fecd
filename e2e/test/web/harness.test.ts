import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { seriousFaults } from './harness/axe.js';
import { testBrowser } from './harness/browser.js';

/** The policy of the page, on documents that break it. */
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'";
const documents: Readonly<Record<string, string>> = {
  '/good': '<html lang="en"><title>Good</title><link rel="icon" href="/icon.png"><main><h1>Good</h1></main></html>',
  '/inline-script': '<title>x</title><script>document.title = "ran"</script>',
  '/inline-style': '<title>x</title><p style="color: red">x</p>',
  '/other-image': '<title>x</title><img src="http://127.0.0.2:9/x.png">',
  '/faults': '<title>x</title><script src="/faults.js"></script>',
  '/inaccessible': '<title>x</title><main><h1>x</h1><button></button><img src="/icon.png"></main>',
};
const script = 'console.error("told"); alert("asked"); throw new Error("thrown")';

describe.skipIf(inject('chromium') === undefined)('what the tests of the page notice', () => {
  const browser = testBrowser();
  const server = createServer(({ url = '' }, response) => {
    response.setHeader('content-security-policy', policy);
    if (url === '/faults.js') response.setHeader('content-type', 'text/javascript').end(script);
    else if (url === '/icon.png') response.setHeader('content-type', 'image/png').end();
    else response.setHeader('content-type', 'text/html').end(`<!doctype html>${documents[url] ?? ''}`);
  });
  let url = '';
  beforeAll(async () => {
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => void server.close());

  it.each([
    ['/inline-script', /content security policy: script-src-elem refused/],
    ['/inline-style', /content security policy: style-src-attr refused/],
    ['/other-image', /content security policy: img-src refused http:\/\/127\.0\.0\.2:9\/x\.png/],
  ])('is a violation of the content security policy: %s', async (path, violation) => {
    const { page, problems } = await browser.visit({ url });
    problems.expect(violation, /^console: .*Content Security Policy/);
    await page.goto(path);
    await expect.poll(() => problems.seen.filter((text) => violation.test(text))).toHaveLength(1);
    expect(await page.title()).toBe('x');
  });

  it('is what is told on the console, thrown and asked', async () => {
    const { page, problems } = await browser.visit({ url });
    problems.expect(/^console: told/, /^dialog: alert asked/, /^exception: Error: thrown/);
    await page.goto('/faults');
    await expect.poll(() => problems.faults()).toEqual([]);
  });

  it('is what was expected and does not come', async () => {
    const { page, problems } = await browser.visit({ url });
    await page.goto('/good');
    expect(problems.faults()).toEqual([]);
    problems.expect(/^console: none/);
    expect(problems.faults()).toEqual(['expected, but did not come: /^console: none/']);
    await page.evaluate('console.error("none")');
  });

  it('is what nobody can use who does not see, with the strict policy in force', async () => {
    const { page } = await browser.visit({ url });
    await page.goto('/inaccessible');
    const rules = (await seriousFaults(page)).map((fault) => fault.replace(/:[^]*/, '')).sort();
    expect(rules).toEqual(['button-name', 'html-has-lang', 'image-alt']);
    await page.goto('/good');
    expect(await seriousFaults(page)).toEqual([]);
    expect(await page.evaluate('typeof axe')).toBe('undefined');
  });
});

import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { startChromium } from '../../testenv/chromium.js';
import { npm, runWell } from '../../matrix/command.js';
import { Program } from '../program.js';
import type { RunContext } from '../runs.js';

/** The page, built both ways, in a browser: with the mocks, and before a Moorline server that has a job. */
export async function dashboardQuery({ folder: cwd, scratch, controlPlane, signal }: RunContext): Promise<void> {
  const build = async (script: string) => {
    const [command, ...args] = npm();
    await runWell(command, [...args, 'run', script], { cwd, signal });
  };
  const browser = await startChromium();
  try {
    await build('build:mocks');
    await visit('4711', {}, async (page) => {
      assert.match(await page.innerText('#jobs tr:first-child'), /\bmem_bw_avg\b/);
      await page.selectOption('#state', 'failed');
      await page.waitForFunction('document.querySelectorAll("#jobs tr").length === 2');
      assert.match(await page.innerText('#jobs tr:last-child'), /^4712\s+bob\s+fritz\s+failed/);
    });

    await build('build');
    const scripts = readdirSync(join(cwd, 'dist/assets')).map((name) =>
      readFileSync(join(cwd, 'dist/assets', name), 'utf8'),
    );
    assert.ok(
      scripts.every((text) => !text.includes('mockServiceWorker')),
      'the mocks are in the built page',
    );
    const plane = await controlPlane();
    const description = join(scratch, 'cluster.json');
    writeFileSync(description, JSON.stringify(cluster));
    await plane.ask('cluster', 'add', description);
    const [token = ''] = await plane.ask('jwt', 'create', '--role', 'api');
    await startJob(plane.url, token, signal);
    await visit('4242', { CC_URL: plane.url, CC_TOKEN: token }, async (page) => {
      assert.match(await page.innerText('#jobs tr:last-child'), /^4242\s+ada\s+example\s+running/);
    });
  } finally {
    await browser.close();
  }

  /** Opens the built page and waits until it lists a job; whatever goes wrong in it throws. */
  async function visit(job: string, env: Record<string, string>, look: (page: Page) => Promise<void>): Promise<void> {
    await using preview = Program.script('preview', ['--port', '0'], { cwd, env, signal });
    const [url] = await preview.printed(/http:\/\/localhost:\d+\//);
    const page = await browser.newPage();
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(message.text());
    });
    await page.goto(url);
    await page.getByRole('cell', { name: job, exact: true }).waitFor();
    await look(page);
    assert.deepEqual(problems, []);
    await page.close();
  }
}

const cluster = {
  name: 'example',
  metricConfig: [{ name: 'load_one', timestep: 60 }],
  subClusters: [{ name: 'main', nodes: 'n[01-16]' }],
};

async function startJob(url: string, token: string, signal: AbortSignal): Promise<void> {
  const startTime = Math.floor(Date.now() / 1000) - 60;
  const job = {
    jobId: 4242,
    cluster: cluster.name,
    user: 'ada',
    numNodes: 1,
    resources: [{ hostname: 'n01' }],
    startTime,
  };
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const init = { method: 'POST', headers, body: JSON.stringify(job), signal };
  const response = await fetch(`${url}/api/jobs/start_job/`, init);
  assert.equal(response.status, 201, await response.text());
}

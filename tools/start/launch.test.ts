import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { root } from '../repo/root.js';
import { launch } from './launch.js';
import type { Layout } from './layout.js';
import { events, fakeLayout } from './testing/fake-apps.js';

let stateDir: string;
let layout: Layout;
beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'moorline-start-'));
  layout = fakeLayout(root, stateDir);
});
afterEach(() => {
  rmSync(stateDir, { recursive: true });
});

/** A launch under way: `seen` resolves when the text has been printed. */
function begin(port = 8080) {
  const controller = new AbortController();
  let printed = '';
  const waiting: { text: string; resolve: () => void }[] = [];
  const print = (text: string) => {
    printed += text;
    for (const { resolve } of waiting.filter((one) => printed.includes(one.text))) resolve();
  };
  const ended = launch({ layout, port, print, signal: controller.signal });
  const seen = (text: string) =>
    printed.includes(text) ? Promise.resolve() : new Promise<void>((resolve) => waiting.push({ text, resolve }));
  const screenOrEnd = () => Promise.race([seen('Stop: Ctrl-C'), ended]);
  return { ended, seen, screenOrEnd, stop: () => controller.abort(), printed: () => printed };
}

/** Until the fakes have noted an event that many times; they have no other way to tell. */
async function noted(event: string, times = 1): Promise<void> {
  const count = () => events(stateDir).filter((one) => one === event).length;
  await expect.poll(count, { timeout: 20_000 }).toBe(times);
}

const launchFakes = () =>
  spawn(process.execPath, ['--import', 'tsx', join(import.meta.dirname, 'testing/launch-fakes.ts'), stateDir], {
    cwd: root,
  });

describe('npm start', { timeout: 30_000 }, () => {
  it('enrols once, with the token through stdin, and stops the agent before the server', async () => {
    for (const time of [1, 2]) {
      const run = begin();
      await run.screenOrEnd();
      expect(run.printed()).toContain(time === 1 ? 'This machine has been enrolled' : 'still there');
      await noted('agent starts with http://127.0.0.1:8081', time);
      run.stop();
      await run.ended;
      expect(run.printed()).not.toContain('secret-token');
    }
    const login = 'agent login --endpoint http://127.0.0.1:8081 --allow-insecure-http --token-file - < secret-token';
    const start = 'agent starts with http://127.0.0.1:8081';
    // Whether the link or the agent is there first, nobody minds.
    const link = 'server link create';
    expect(events(stateDir).filter((event) => event === link)).toHaveLength(2);
    const both = [start, 'agent stopped', 'server stopped'];
    expect(events(stateDir).filter((event) => event !== link)).toEqual([
      'server serves 8080',
      'server token create --group local --cluster * --uses 1',
      login,
      ...both,
      'server serves 8080',
      ...both,
    ]);
  });

  it('shows the address that was taken, the link, a token command, a request and where the logs are', async () => {
    rmSync(join(stateDir, 'page.html'));
    const run = begin();
    await run.screenOrEnd();
    run.stop();
    await run.ended;
    const link = 'Open the page:  http://127.0.0.1:8081/sign-in#link=once   (once, within 10 minutes)';
    expect(run.printed()).toMatch(/Building the page[^]*The page is built/);
    expect(run.printed().indexOf(link)).toBeGreaterThan(0);
    expect(run.printed().indexOf(link)).toBeLessThan(run.printed().indexOf('Moorline runs'));
    expect(run.printed()).toContain('Moorline runs at http://127.0.0.1:8081   (port 8080 is taken)');
    expect(run.printed()).toMatch(/TOKEN=\$\(npm run -s moorline-server -- jwt create .*--role api\)/);
    expect(run.printed()).toContain('curl -H "Authorization: Bearer $TOKEN" http://127.0.0.1:8081/api/jobs/');
    expect(run.printed()).toContain('npm run -s moorline-agent -- run -- sleep 3');
    expect(readFileSync(join(stateDir, 'server.log'), 'utf8')).toContain('listening on http://127.0.0.1:8081');
  });

  it('goes on without a page that cannot be built, says why, and gives no link', async () => {
    rmSync(join(stateDir, 'page.html'));
    writeFileSync(join(stateDir, 'no-page'), '');
    const run = begin();
    await run.screenOrEnd();
    run.stop();
    await run.ended;
    expect(run.printed()).toMatch(/could not be built[^]*the page has a fault[^]*There is no page to open/);
    expect(run.printed()).not.toContain('#link=');
  });

  it.each(['server', 'agent'])('ends as a whole, with the last log lines, when the %s dies', async (name) => {
    const run = begin();
    await run.screenOrEnd();
    await noted('agent starts with http://127.0.0.1:8081');
    writeFileSync(join(stateDir, `die-${name}`), '');
    await expect(run.ended).rejects.toThrow(new RegExp(`The ${name} ended \\(exit code 3\\)[^]*last words of ${name}`));
    expect(events(stateDir)).toContain(name === 'server' ? 'agent stopped' : 'server stopped');
  });

  it('reports a server that dies before it listens', async () => {
    writeFileSync(join(stateDir, 'die-server'), '');
    await expect(begin().ended).rejects.toThrow(/The server ended \(exit code 3\)[^]*last words of server/);
  });

  it("reports a failed enrolment in the agent's words and tries again the next time", async () => {
    writeFileSync(join(stateDir, 'refuse'), '');
    await expect(begin().ended).rejects.toThrow('moorline-agent login failed (exit code 1):\nthe token is used up');
    expect(events(stateDir)).toContain('server stopped');
    rmSync(join(stateDir, 'refuse'));
    const run = begin();
    await run.screenOrEnd();
    run.stop();
    await run.ended;
    expect(events(stateDir).filter((event) => event.startsWith('agent login'))).toHaveLength(2);
  });

  it('ends apps that do not listen to SIGTERM by force, within five seconds', async () => {
    writeFileSync(join(stateDir, 'deaf'), '');
    const run = begin();
    await run.screenOrEnd();
    await noted('agent starts with http://127.0.0.1:8081');
    const start = performance.now();
    run.stop();
    await run.ended;
    expect(performance.now() - start).toBeLessThan(5000);
  });

  it('stops cleanly when asked to before anything listens', async () => {
    const run = begin();
    run.stop();
    await run.ended;
    expect(run.printed()).toContain('Stopped');
  });

  it('refuses to run twice in one checkout, and the first goes on', async () => {
    const first = begin();
    await first.screenOrEnd();
    await expect(begin().ended).rejects.toThrow(`npm start already runs in this checkout (process ${process.pid})`);
    first.stop();
    await first.ended;
  });

  it('as a process ends with exit code 0 after Ctrl-C, twice as npm passes it on', async () => {
    const child = launchFakes();
    const closed = once(child, 'close');
    await noted('agent starts with http://127.0.0.1:8081');
    child.kill('SIGINT');
    child.kill('SIGINT');
    expect(await closed).toEqual([0, null]);
    expect(events(stateDir).slice(-2)).toEqual(['agent stopped', 'server stopped']);
  });

  it('leaves no app behind when the launcher itself is killed', async () => {
    const child = launchFakes();
    await noted('agent starts with http://127.0.0.1:8081');
    child.kill('SIGKILL');
    await noted('agent stopped');
    await noted('server stopped');
  });

  it("enrols again when the agent's memory is gone, and refuses when the server's is", async () => {
    const startAndStop = async () => {
      const run = begin();
      await run.screenOrEnd();
      run.stop();
      await run.ended;
      return run.printed();
    };
    await startAndStop();
    rmSync(join(stateDir, 'agent'), { recursive: true });
    expect(await startAndStop()).toContain('This machine has been enrolled');
    rmSync(join(stateDir, 'server'), { recursive: true });
    await expect(startAndStop()).rejects.toThrow(/server is gone[^]* to start afresh/);
  });

  it('takes over from a launcher that was killed', async () => {
    writeFileSync(join(stateDir, 'start.pid'), '4194304');
    const run = begin();
    await run.screenOrEnd();
    run.stop();
    await run.ended;
  });
});

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Layout } from '../layout.js';

/**
 * Two programs with the command lines of the apps, which write what they are told into `events` of the state folder.
 * A third one builds the page where `page.html` is gone; a file `no-page` keeps it from that. A file `die-server` or `die-agent` makes that one end, `deaf` makes both ignore SIGTERM, `refuse` makes the login fail.
 */
export function fakeLayout(root: string, stateDir: string): Layout {
  const entry = { server: join(stateDir, 'fake-server.mjs'), agent: join(stateDir, 'fake-agent.mjs') };
  writeFileSync(entry.server, `${common}\n${fakeServer}`);
  writeFileSync(entry.agent, `${common}\n${fakeAgent}`);
  const build = join(stateDir, 'fake-build.mjs');
  writeFileSync(build, fakeBuild);
  writeFileSync(join(stateDir, 'page.html'), 'built before');
  const page = { cwd: stateDir, args: [build], output: join(stateDir, 'page.html'), sources: [build] };
  return { root, stateDir, entry, page };
}

/** What the fakes did, in order. */
export function events(stateDir: string): string[] {
  const file = join(stateDir, 'events');
  return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : [];
}

const common = `
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
const here = dirname(fileURLToPath(import.meta.url));
const event = (text) => appendFileSync(join(here, 'events'), text + '\\n');
const args = process.argv.slice(2);
const option = (name) => args[args.indexOf(name) + 1];
mkdirSync(option('--data-dir'), { recursive: true });
function stay(name) {
  process.on('SIGINT', () => event(name + ' got SIGINT'));
  process.on('SIGTERM', () => {
    event(name + ' stopped');
    if (!existsSync(join(here, 'deaf'))) process.exit(0);
  });
  setInterval(() => {
    if (!existsSync(join(here, 'die-' + name))) return;
    console.error('last words of ' + name);
    process.exit(3);
  }, 20);
}`;

const fakeServer = `
if (args[0] === 'serve') {
  stay('server');
  if (existsSync(join(here, 'die-server'))) await new Promise(() => {});
  console.log('starting');
  console.log('listening on http://127.0.0.1:8081');
  event('server serves ' + option('--port'));
} else {
  event('server ' + args.slice(0, -2).join(' '));
  console.log(args[0] === 'link' ? 'http://127.0.0.1:8081/sign-in#link=once' : 'secret-token');
}`;

const fakeBuild = `
import { existsSync, writeFileSync } from 'node:fs';
if (existsSync('no-page')) throw new Error('the page has a fault');
writeFileSync('page.html', '');`;

const fakeAgent = `
if (args[0] === 'start') {
  stay('agent');
  event('agent starts with ' + option('--endpoint'));
} else {
  event('agent ' + args.slice(0, -2).join(' ') + ' < ' + readFileSync(0, 'utf8').trim());
  if (existsSync(join(here, 'refuse'))) {
    console.error('the token is used up');
    process.exit(1);
  }
}`;

/**
 * Run in a process of its own: imports one file after another and says, as one JSON object, what that left behind. Plain JavaScript,
 * so that nothing but Node is loaded before.
 *
 * Arguments: `import` or `require`, then the files.
 */
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const [kind, ...files] = process.argv.slice(2);
const require = createRequire(import.meta.url);

// Streams that Node opens when somebody looks at them: a logger asks whether its output is a terminal.
void [process.stdin, process.stdout, process.stderr];
/** Node makes these on first use of its own modules, whoever imports them. */
const ofNode = new Set(Object.getOwnPropertyNames(globalThis));
const listeners = () =>
  Object.fromEntries(process.eventNames().map((name) => [String(name), process.listenerCount(name)]));
const before = { resources: process.getActiveResourcesInfo(), listeners: listeners() };

/** @type {string[]} */
const started = [];
for (const name of ['setTimeout', 'setInterval', 'setImmediate', 'fetch']) {
  const original = Reflect.get(globalThis, name);
  Reflect.set(globalThis, name, (/** @type {unknown[]} */ ...args) => {
    started.push(name);
    return original(...args);
  });
}

for (const file of files) {
  if (kind === 'require') require(file);
  else await import(pathToFileURL(file).href);
}

const resources = process.getActiveResourcesInfo();
for (const one of before.resources) {
  const at = resources.indexOf(one);
  if (at >= 0) resources.splice(at, 1);
}
const now = listeners();
const found = {
  globals: Object.getOwnPropertyNames(globalThis).filter((name) => !ofNode.has(name)),
  resources,
  started,
  listeners: Object.keys(now).filter((name) => now[name] !== before.listeners[name]),
};
// What still runs would keep the process; a line of its own, as an import may have printed before.
process.stdout.write(`\n${JSON.stringify(found)}`, () => process.exit(0));

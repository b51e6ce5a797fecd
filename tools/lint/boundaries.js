import { builtinModules } from 'node:module';

/**
 * The rules of docs/architecture.md as lint rules. `tools/lint/boundaries.test.ts` breaks each of them once.
 *
 * A later block replaces the rules of an earlier one, so each block repeats the patterns that hold for it.
 */
const only = (names, message) => ({ regex: `^@moorline/(?!(?:${names.join('|')})(?:$|/))`, message });
const onlyCore = only(['core'], 'A protocol package imports only @moorline/core and third-party packages.');
const coreHasNone = { regex: '^@moorline/', message: '@moorline/core depends on nothing.' };
const storeOnly = only(['core', 'cc-api'], 'cc-store imports only @moorline/core and @moorline/cc-api.');
const cliOnly = only(['core', 'cc-api'], 'cc-api-cli imports only @moorline/core and @moorline/cc-api.');
const webOnly = only(
  ['core', 'cc-api', 'control-api'],
  'The page imports only @moorline/core, cc-api and control-api.',
);
const noApp = { regex: '^@moorline/(?:server|agent|web)(?:$|/)', message: 'Nothing imports an app.' };
const publicOnly = { regex: '^@moorline/[^/]+/(?:src|dist)(?:/|$)', message: 'Use a public entry of the package.' };
const noEscape = {
  regex: '^(?:\\.\\./)+(?:(?:packages|apps)/|[a-z0-9-]+/(?:src|dist)/)',
  message: 'Do not reach into another workspace.',
};
const noSql = {
  regex: '^(?:libsql|@libsql|kysely|better-sqlite3|node:sqlite)(?:$|/)',
  message: 'An app writes no SQL: that is the business of cc-store.',
};
const room = (name, from) => ({
  regex: `^(?:\\.\\.?/)+(?:.*/)?${name}(?:/|\\.js$)`,
  message: `${from}/ does not import ${name}/.`,
});
const system = `^(?:node:|(?:${builtinModules.join('|')})(?:$|/))`;
const noSystem = { regex: system, message: 'wire/ does no I/O: nothing of Node is imported.' };
const noSystemInPage = { regex: system, message: 'The page runs in a browser: nothing of Node is imported.' };
const noDynamicImport = { selector: 'ImportExpression', message: 'wire/ does no I/O: no dynamic import.' };

const clockMessage = "Time and timers come from @moorline/core's clock.";
const noTimerModule = { regex: '^(?:node:)?(?:timers|perf_hooks)(?:$|/)', message: clockMessage };
const noDateOfNow = {
  selector: ':matches(NewExpression, CallExpression)[callee.name="Date"][arguments.length=0]',
  message: clockMessage,
};
const clocks = ['setTimeout', 'setInterval', 'performance'].map((name) => ({ name, message: clockMessage }));
const clockProperties = [
  { object: 'Date', property: 'now', message: clockMessage },
  { object: 'AbortSignal', property: 'timeout', message: clockMessage },
  { object: 'process', property: 'hrtime', message: clockMessage },
];
const outsideWorld = ['process', 'fetch', 'WebSocket', 'EventSource', 'setImmediate', 'console', 'Buffer'].map(
  (name) => ({
    name,
    message: 'wire/ does no I/O: it works on what it is given.',
  }),
);

/** Bans the patterns in `import … from`, `export … from` and, which that rule does not see, `import(…)`. */
const ban = (patterns, syntax = []) => ({
  '@typescript-eslint/no-restricted-imports': ['error', { patterns }],
  'no-restricted-syntax': ['error', ...patterns.map(dynamic), ...syntax],
});
const dynamic = ({ regex, message }) => ({
  selector: `ImportExpression > Literal[value=/${regex.replaceAll('/', '\\u002F')}/]`,
  message,
});

const banGlobals = (globals) => ({
  'no-restricted-globals': ['error', { globals, checkGlobalObject: true }],
  'no-restricted-properties': ['error', ...clockProperties],
});

const tests = (files) => files.replace(/\*\.(ts|\{ts,tsx\})$/, '*.test.$1');

/** Import rules for all files of a folder; those of `inSource` do not hold for the tests among them. */
const folder = (files, patterns, inSource = {}) => [
  { files: [files], rules: ban([...patterns, ...(inSource.patterns ?? [])], inSource.syntax) },
  { files: [tests(files)], rules: ban(patterns) },
];

/** Tests may have a time of their own, and read files in `wire/`; sources may not. */
const onTheClock = { patterns: [noTimerModule], syntax: [noDateOfNow] };
const pure = { patterns: [noTimerModule, noSystem], syntax: [noDateOfNow, noDynamicImport] };
const everywhere = [noApp, publicOnly, noEscape];
const wire = [onlyCore, ...everywhere, room('client', 'wire'), room('server', 'wire')];

export const boundaries = [
  ...folder('packages/*/src/**/*.ts', [onlyCore, ...everywhere], onTheClock),
  ...folder('packages/*/src/wire/**/*.ts', wire, pure),
  ...folder('packages/*/src/client/**/*.ts', [onlyCore, ...everywhere, room('server', 'client')], onTheClock),
  ...folder('packages/*/src/server/**/*.ts', [onlyCore, ...everywhere, room('client', 'server')], onTheClock),
  ...folder('packages/core/src/**/*.ts', [coreHasNone, noEscape]),
  ...folder('packages/cc-store/src/**/*.ts', [storeOnly, ...everywhere], onTheClock),
  ...folder('packages/cc-api-cli/src/**/*.ts', [cliOnly, ...everywhere], onTheClock),
  ...folder('apps/*/**/*.ts', everywhere),
  ...folder('apps/*/src/**/*.ts', [...everywhere, noSql], onTheClock),
  ...folder('apps/web/src/**/*.{ts,tsx}', [...everywhere, noSql, webOnly], {
    ...onTheClock,
    patterns: [...onTheClock.patterns, noSystemInPage],
  }),
  {
    files: ['packages/*/src/**/*.ts', 'apps/*/src/**/*.{ts,tsx}'],
    ignores: ['packages/core/**', '**/*.test.ts'],
    rules: banGlobals(clocks),
  },
  {
    files: ['packages/*/src/wire/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: banGlobals([...clocks, ...outsideWorld]),
  },
];

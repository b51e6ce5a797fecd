/**
 * The import rules of docs/architecture.md as lint rules. `tools/lint/boundaries.test.ts` breaks each of them once.
 *
 * A later block replaces the rules of an earlier one, so each block repeats the patterns that hold for it.
 */
const only = (names, message) => ({ regex: `^@moorline/(?!(?:${names.join('|')})(?:$|/))`, message });
const onlyCore = only(['core'], 'A protocol package imports only @moorline/core and third-party packages.');
const coreHasNone = { regex: '^@moorline/', message: '@moorline/core depends on nothing.' };
const storeOnly = only(['core', 'cc-api'], 'cc-store imports only @moorline/core and @moorline/cc-api.');
const cliOnly = only(['core', 'cc-api'], 'cc-api-cli imports only @moorline/core and @moorline/cc-api.');
const noApp = { regex: '^@moorline/(?:server|agent|web)(?:$|/)', message: 'Nothing imports an app.' };
const publicOnly = { regex: '^@moorline/[^/]+/(?:src|dist)(?:/|$)', message: 'Use a public entry of the package.' };
const noEscape = {
  regex: '^(?:\\.\\./)+(?:(?:packages|apps)/|[a-z0-9-]+/(?:src|dist)/)',
  message: 'Do not reach into another workspace.',
};
const room = (name, from) => ({
  regex: `^(?:\\.\\.?/)+(?:.*/)?${name}(?:/|\\.js$)`,
  message: `${from}/ does not import ${name}/.`,
});

/** Bans the patterns in `import … from`, `export … from` and, which that rule does not see, `import(…)`. */
const ban = (...patterns) => ({
  '@typescript-eslint/no-restricted-imports': ['error', { patterns }],
  'no-restricted-syntax': ['error', ...patterns.map(dynamic)],
});
const dynamic = ({ regex, message }) => ({
  selector: `ImportExpression > Literal[value=/${regex.replaceAll('/', '\\u002F')}/]`,
  message,
});

const everywhere = [noApp, publicOnly, noEscape];
const wire = ban(onlyCore, ...everywhere, room('client', 'wire'), room('server', 'wire'));
wire['no-restricted-syntax'].push({
  selector: 'ImportExpression',
  message: 'wire/ does no I/O: no dynamic import.',
});

export const boundaries = [
  { files: ['packages/*/src/**/*.ts'], rules: ban(onlyCore, ...everywhere) },
  { files: ['packages/*/src/wire/**/*.ts'], rules: wire },
  { files: ['packages/*/src/client/**/*.ts'], rules: ban(onlyCore, ...everywhere, room('server', 'client')) },
  { files: ['packages/*/src/server/**/*.ts'], rules: ban(onlyCore, ...everywhere, room('client', 'server')) },
  { files: ['packages/core/src/**/*.ts'], rules: ban(coreHasNone, noEscape) },
  { files: ['packages/cc-store/src/**/*.ts'], rules: ban(storeOnly, ...everywhere) },
  { files: ['packages/cc-api-cli/src/**/*.ts'], rules: ban(cliOnly, ...everywhere) },
  { files: ['apps/*/**/*.ts'], rules: ban(...everywhere) },
];

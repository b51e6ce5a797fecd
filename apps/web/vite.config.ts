import { defaultClientConditions, defineConfig } from 'vite';

/** The control plane that the development server passes API calls on to. */
const server = process.env['MOORLINE_SERVER_URL'] ?? 'http://127.0.0.1:8080';
const apiPaths = ['/moorline', '/login', '/logout', '/config', '/frontend', '/api', '/userapi'];

export default defineConfig({
  // Relative: the page is served under any path prefix.
  base: './',
  resolve: { conditions: ['@moorline/source', ...defaultClientConditions] },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    target: 'es2022',
    manifest: true,
    // Nothing inline: the content security policy allows only files.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      output: {
        // What all views share is one file, and each view another: a browser asks for six files at a time, and those of the first view,
        // of which some were half a kilobyte, kept the questions to the server waiting.
        codeSplitting: {
          groups: [{ name: 'page', test: /\/src\/(?:api|format|frame|routing|ui)\// }],
        },
      },
    },
  },
  server: {
    host: '127.0.0.1',
    proxy: Object.fromEntries(apiPaths.map((path) => [path, { target: server }])),
  },
});

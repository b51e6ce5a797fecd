import { defineConfig } from 'vite';

const { CC_URL, CC_TOKEN = '' } = process.env;

// The token stays on this side: the page asks its own origin, and what stands there puts the token in. In production that is
// your web server.
const proxy =
  CC_URL === undefined
    ? {}
    : { '/api': { target: CC_URL, changeOrigin: true, headers: { authorization: `Bearer ${CC_TOKEN}` } } };

export default defineConfig(({ mode }) => ({
  // The service worker of the mocks is in the page of this mode only.
  publicDir: mode === 'mocks' ? 'mocks' : false,
  server: { proxy },
  preview: { proxy },
}));

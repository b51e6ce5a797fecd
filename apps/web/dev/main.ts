import { createServer } from 'vite';
import { memoryPlane } from './memory-plane.js';

/**
 * `npm run dev`: the page with its sources as they are. With `MOORLINE_SERVER_URL` it shows that control plane; without, one in memory
 * with a week of made-up jobs, whose users are admin, support, manager, alice and bob, each with their name as password.
 */
const isAlone = process.env['MOORLINE_SERVER_URL'] === undefined;
const server = await createServer({
  configFile: new URL('../vite.config.ts', import.meta.url).pathname,
  plugins: isAlone ? [memoryPlane()] : [],
});
await server.listen();
server.printUrls();

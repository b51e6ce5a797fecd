import { createProxyServer } from '../../src/server.js';

/** A proxy as systemd starts it: the socket is descriptor 3, and the environment names this process. */
const proxy = createProxyServer();
await proxy.listen({ env: { ...process.env, LISTEN_PID: String(process.pid) }, path: '/not/used' });
process.send?.('listening');
process.once('disconnect', () => void proxy.close());

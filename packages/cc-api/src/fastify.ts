export { ccFastifyPlugin } from './server/fastify-plugin.js';

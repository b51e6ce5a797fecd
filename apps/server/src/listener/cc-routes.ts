import { ccFastifyPlugin } from '@moorline/cc-api/fastify';
import type { CcServerOptions } from '@moorline/cc-api/server';
import type { FastifyInstance } from 'fastify';

/** `/api/…` and `/userapi/…`: ClusterCockpit's REST API. */
export function addClusterCockpitRoutes(app: FastifyInstance, options: CcServerOptions): void {
  app.register(ccFastifyPlugin, options);
}

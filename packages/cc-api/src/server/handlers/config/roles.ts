import { userRoles } from '../../../wire/models/administration.js';
import { jsonReply } from '../../reply.js';
import type { SessionHandler } from '../../sessions/session-context.js';

/** `GET /config/roles/`: what a user may be, ascending. */
export const listRoles: SessionHandler = async () => jsonReply(200, JSON.stringify(userRoles));

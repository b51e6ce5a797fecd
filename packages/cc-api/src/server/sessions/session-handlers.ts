import type { SessionOperationId } from '../../wire/operations.js';
import { listRoles } from '../handlers/config/roles.js';
import { setNotice } from '../handlers/config/notice.js';
import { listTaggers, runTagger } from '../handlers/config/taggers.js';
import { createUser, deleteUser, listUsersBySession, updateUserBySession } from '../handlers/config/users.js';
import { setConfiguration } from '../handlers/frontend/configuration.js';
import { createJwt } from '../handlers/frontend/jwt.js';
import { listLogs } from '../handlers/frontend/logs.js';
import type { SessionHandler } from './session-context.js';

/** Who answers what by a session: an operation without a handler does not compile. */
export const sessionHandlers: Record<SessionOperationId, SessionHandler> = {
  listRoles,
  createUser,
  listUsersBySession,
  deleteUser,
  updateUserBySession,
  setNotice,
  listTaggers,
  runTagger,
  setConfiguration,
  createJwt,
  listLogs,
};

import { encodeUsers } from '../../../wire/encode/user.js';
import { segmentText } from '../../call.js';
import { emptyReply, failure, jsonReply, textReply } from '../../reply.js';
import { readForm } from '../../sessions/form.js';
import type { SessionHandler } from '../../sessions/session-context.js';
import {
  changeUser,
  isNotJustUser,
  noOperation,
  noSuchUser,
  outcomeTexts,
  refusedNewUser,
  requestedChange,
} from '../../users/user-rules.js';

/** `GET /config/users/` */
export const listUsersBySession: SessionHandler = async ({ request, sessions }) => {
  const users = await sessions.users.list();
  const notJustUser = new URLSearchParams(request.query).get('not-just-user') === 'true';
  return jsonReply(200, encodeUsers(notJustUser ? users.filter(isNotJustUser) : users));
};

/** `POST` and `PUT /config/users/` (docs/protocol.md §3.11). */
export const createUser: SessionHandler = async (call) => {
  const form = await readForm(call);
  if (!form.ok) return form.response;
  const [username, password, role] = [form.value('username'), form.value('password'), form.value('role')];
  const [name, email, project] = [form.value('name'), form.value('email'), form.value('project')];
  const refused = refusedNewUser({ username, password, role, name, email, project });
  if (refused !== undefined) return failure(400, refused);
  if (new TextEncoder().encode(password).length > 72) {
    return failure(422, 'adding user failed: bcrypt: password length exceeds 72 bytes');
  }
  const { users, passwords } = call.sessions;
  const isNew = await users.create({
    ...{ username, name, email, roles: [role], projects: [project], authType: 0, authSource: 0 },
    ...(password === '' ? {} : { passwordHash: await passwords.hash(password) }),
  });
  if (!isNew) return failure(422, 'adding user failed: UNIQUE constraint failed: hpc_user.username');
  return textReply(`User ${username} successfully created!\n`);
};

/** `DELETE /config/users/`: done, too, where there is no such user. */
export const deleteUser: SessionHandler = async (call) => {
  const form = await readForm(call);
  if (!form.ok) return form.response;
  await call.sessions.users.delete(form.value('username'));
  return emptyReply();
};

/** `POST /config/user/{id}` (docs/protocol.md §3.11). */
export const updateUserBySession: SessionHandler = async (call) => {
  const form = await readForm(call);
  if (!form.ok) return form.response;
  const change = requestedChange(form.value);
  if (change === undefined) return failure(400, noOperation);
  const { done, failed } = outcomeTexts[change.operation];
  const outcome = await call.sessions.users.update(segmentText(call.id), (user) => changeUser(user, change));
  if (outcome === undefined) return failure(422, `${failed}: ${noSuchUser}`);
  return 'refused' in outcome
    ? failure(422, `${failed}: ${outcome.refused}`)
    : jsonReply(200, JSON.stringify({ msg: done }));
};

import { encodeUsers } from '../../wire/encode/user.js';
import { goJsonString } from '../../wire/go-json/encode.js';
import { updateUserBody } from '../../wire/request-bodies.js';
import { type Handler, readJson, segmentText } from '../call.js';
import { failure, jsonReply } from '../reply.js';
import {
  changeUser,
  isNotJustUser,
  noOperation,
  noSuchUser,
  outcomeTexts,
  requestedChange,
} from '../users/user-rules.js';

/** `GET /api/users/` (docs/protocol.md §3.11). */
export const listUsers: Handler = async ({ request, principal, context }) => {
  if (!principal.roles.has('admin')) return failure(403, 'only admins are allowed to fetch a list of users');
  const all = await context.backend.users.list();
  const isFiltered = new URLSearchParams(request.query).get('not-just-user') === 'true';
  return jsonReply(200, encodeUsers(isFiltered ? all.filter(isNotJustUser) : all));
};

/** `POST /api/user/{id}` (docs/protocol.md §3.11). */
export const updateUser: Handler = async (call) => {
  if (!call.principal.roles.has('admin')) return failure(403, 'only admins are allowed to update a user');
  const body = await readJson(call, updateUserBody, 'decoding request failed');
  if (!body.ok) return body.response;
  const change = requestedChange((operation) => body.value?.[operation]);
  if (change === undefined) return failure(400, noOperation);

  const username = segmentText(call.id);
  const { done, failed } = outcomeTexts[change.operation];
  const result = await call.context.backend.users.update(username, (user) => changeUser(user, change));
  if (result === undefined) return failure(422, `${failed}: ${noSuchUser}`);
  if ('refused' in result) return failure(422, `${failed}: ${result.refused}`);
  return jsonReply(200, `{"msg":${goJsonString(`${done} for user ${username}`)}}`);
};

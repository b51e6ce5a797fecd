import { goJson } from '@moorline/core';
import { failure, jsonReply, textReply } from '../../reply.js';
import { readForm } from '../../sessions/form.js';
import type { SessionHandler } from '../../sessions/session-context.js';

/** `GET /config/taggers/` */
export const listTaggers: SessionHandler = async ({ sessions }) => jsonReply(200, goJson(sessions.taggers.list()));

/** `POST /config/taggers/run/`: lets one look at all jobs, and does not wait for it. */
export const runTagger: SessionHandler = async (call) => {
  const form = await readForm(call);
  if (!form.ok) return form.response;
  const name = form.value('name');
  if (name === '') return failure(400, 'missing required parameter: name');
  const refused = call.sessions.taggers.start(name);
  return refused === undefined ? textReply(`Tagger ${name} started`) : failure(409, refused);
};

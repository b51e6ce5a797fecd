import { failure, textReply } from '../../reply.js';
import { readForm } from '../../sessions/form.js';
import type { SessionHandler } from '../../sessions/session-context.js';

/** Bytes; the original's text calls them characters. */
const maxNotice = 10_000;

/** `POST /config/notice/`: what the start page tells everybody; an empty text takes it away. */
export const setNotice: SessionHandler = async (call) => {
  const form = await readForm(call);
  if (!form.ok) return form.response;
  const text = form.value('new-content');
  if (new TextEncoder().encode(text).length > maxNotice) {
    return failure(400, `notice content exceeds maximum length of ${maxNotice} characters`);
  }
  await call.sessions.site.setNotice(text);
  return textReply(text === '' ? 'Empty Notice Content Success' : 'Update Notice Content Success');
};

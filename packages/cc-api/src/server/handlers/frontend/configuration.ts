import { failure, textReply, unauthorized } from '../../reply.js';
import { readForm } from '../../sessions/form.js';
import type { SessionHandler } from '../../sessions/session-context.js';

/** `POST /frontend/configuration/`: one setting of the user interface, of the user who asks. */
export const setConfiguration: SessionHandler = async (call) => {
  const form = await readForm(call);
  if (!form.ok) return form.response;
  const [key, value] = [form.value('key'), form.value('value')];
  const length = new TextEncoder().encode(key).length;
  if (length === 0 || length > 255) return failure(400, 'key must be between 1 and 255 bytes');
  if (!isJson(value)) return failure(400, `value of ${key} is not valid JSON`);
  const isKept = await call.sessions.users.setSetting(call.principal.subject, key, value);
  // Deleted while the form came in.
  return isKept ? textReply('success') : unauthorized('unauthorized');
};

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

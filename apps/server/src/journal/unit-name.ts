import type { Form } from '@moorline/app-kit';

/** The name of one systemd unit, which is none of its patterns. */
export const unitName: Form<string> = {
  accepted: 'the name of a systemd unit such as moorline-server.service',
  placeholder: 'UNIT',
  parse: (input) => (typeof input === 'string' && /^[A-Za-z0-9:_.@\\-]{1,255}$/.test(input) ? input : undefined),
};

import type { Handler } from '../call.js';
import { nothing } from '../refusals.js';

export const listRegistrations: Handler<'listRegistrations'> = async ({ context }) => ({
  registrations: [...(await context.backend.listRegistrations())],
});

export const createRegistration: Handler<'createRegistration'> = ({ body, context }) =>
  context.backend.createRegistration(body);

export const revokeRegistration: Handler<'revokeRegistration'> = async ({ params: { id = '' }, context }) =>
  (await context.backend.revokeRegistration(id)) ? undefined : nothing(`registration ${id} that still opens anything`);

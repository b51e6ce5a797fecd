import { ControlApiError } from '../../wire/error.js';
import type { Handler } from '../call.js';
import { nothing } from '../refusals.js';

export const listMachines: Handler<'listMachines'> = async ({ context }) => ({
  machines: [...(await context.backend.listMachines())],
});

export const getMachine: Handler<'getMachine'> = async ({ params: { id = '' }, context }) =>
  (await context.backend.getMachine(id)) ?? nothing(`machine ${id}`);

export const putReport: Handler<'putReport'> = async ({ principal, body, context }) => {
  const { subject, scope } = principal;
  const isKnown = scope !== undefined && (await context.backend.putReport(subject, body));
  if (isKnown) return undefined;
  throw new ControlApiError("the token is not an enrolled machine's", {
    code: 'out_of_scope',
    hint: 'send the token that POST /moorline/v1/token answers to a machine',
  });
};

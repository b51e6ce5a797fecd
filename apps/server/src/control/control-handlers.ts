import type { ControlHandlers } from '@moorline/app-kit';
import { z } from 'zod';
import { ServerError } from '../error.js';
import { type ControlAnswer, type ControlCommand, controlCommands, type ControlInput } from './protocol.js';

/** One function for each command. */
export type ControlWork = { [C in ControlCommand]: (input: ControlInput<C>) => Promise<ControlAnswer<C>> };

/**
 * Handlers for the control socket. They wait for `ready`, because the socket is taken before anything else is opened:
 * holding it is what keeps a second server out of the data directory.
 */
export function createControlHandlers(ready: Promise<ControlWork>): ControlHandlers {
  const names = Object.keys(controlCommands) as ControlCommand[];
  return Object.fromEntries(names.map((name) => [name, async (input: unknown) => carryOut(await ready, name, input)]));
}

/** @throws ServerError `bad_command_input`, and what the command throws. */
export function carryOut<C extends ControlCommand>(
  work: Pick<ControlWork, C>,
  name: C,
  input: unknown,
): Promise<ControlAnswer<C>> {
  const parsed = controlCommands[name].input.safeParse(input);
  if (parsed.success) return work[name](parsed.data as ControlInput<C>);
  throw new ServerError(`"${name}" was not carried out: ${z.prettifyError(parsed.error)}`, {
    code: 'bad_command_input',
    hint: `moorline-server ${name.replace('-', ' ')} --help explains`,
  });
}

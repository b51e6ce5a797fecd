import { callControl, controlSocketPath, dataDirPath } from '@moorline/app-kit';
import { ServerError } from '../error.js';
import { appName } from '../settings.js';
import { type ControlAnswer, type ControlCommand, controlCommands, type ControlInput } from './protocol.js';

/**
 * Has the server that uses the data directory carry out a command.
 *
 * @param options.timeoutMs default 10,000; for commands that read or write all that is stored 0, which is none.
 * @throws AppError `not_running` or `control_failed`; ServerError `bad_command_answer`.
 */
export async function askServer<C extends ControlCommand>(
  dataDir: string,
  command: C,
  input: ControlInput<C>,
  { timeoutMs = isLong(command) ? 0 : 10_000 }: { timeoutMs?: number } = {},
): Promise<ControlAnswer<C>> {
  const path = controlSocketPath(dataDirPath(dataDir), appName);
  const startedBy = 'moorline-server serve';
  const answer = await callControl({ path, command, input, startedBy, timeoutMs });
  const parsed = controlCommands[command].answer.safeParse(answer);
  if (parsed.success) return parsed.data as ControlAnswer<C>;
  throw new ServerError(`the running server answered "${command}" in a form that this program does not know`, {
    code: 'bad_command_answer',
    hint: 'start the server again with the same version as this program',
    cause: parsed.error,
  });
}

/** These read or write all that is stored, however much that is. */
const isLong = (command: ControlCommand): boolean =>
  command === 'check' || command === 'export-jobs' || command === 'backup';

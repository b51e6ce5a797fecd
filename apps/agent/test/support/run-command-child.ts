import { runCommand } from '../../src/jobs/run-command.js';

/** Runs the command of its arguments after the time limit (milliseconds, `-` for none) and tells its end on descriptor 2. */
const [limit = '-', command = '', ...args] = process.argv.slice(2);
const end = await runCommand(command, args, { graceMs: 200, ...(limit === '-' ? {} : { timeLimitMs: Number(limit) }) });
process.stderr.write(JSON.stringify({ state: end.state, exitCode: end.exitCode }));
process.exitCode = end.exitCode;

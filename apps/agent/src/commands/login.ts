import { addSettingOptions, answer, defaultDataDir, form, openDataDir, readSecret, valueOf } from '@moorline/app-kit';
import { isLoginError, login, LoginError, type LoginErrorCode } from '@moorline/login-client';
import type { Command } from 'commander';
import { openSession, withOption } from '../session.js';
import { appName, readSettings, some, startedBy } from '../settings.js';
import { remarkingLogger } from './output.js';

const examples = `
Examples:
  moorline-agent login --endpoint https://cp.example:8443 --token-file token
  moorline-server token create --group lab | moorline-agent login --endpoint http://127.0.0.1:8080 --allow-insecure-http --token-file -`;

interface LoginFlags extends Record<string, unknown> {
  tokenFile: string;
  group?: string;
}

/** `login`: enrols this machine, once. */
export function addLoginCommand(program: Command): void {
  const command = program
    .command('login')
    .description('enrol this machine with a control plane; an enrolled machine stays as it is')
    .requiredOption('--token-file <FILE>', 'file with the registration token, or - for standard input')
    .option('--group <NAME>', 'the node group to join, where the token allows a choice', valueOf(form.text('NAME')))
    .addHelpText('after', examples);
  addSettingOptions(command, appName, some('endpoint', 'allowInsecureHttp', 'dataDir')).action(
    async (flags: LoginFlags) => {
      const settings = readSettings(flags);
      const { endpoint, allowInsecureHttp } = settings;
      if (endpoint === undefined) return command.error("error: required option '--endpoint <URL>' not specified");
      const dataDir = openDataDir(settings.dataDir);
      const result = await login({
        endpoint,
        token: readSecret(flags.tokenFile, 'registration token'),
        dataDir,
        ...(flags.group === undefined ? {} : { nodeGroup: flags.group }),
        allowInsecureHttp,
        logger: remarkingLogger,
      }).catch((error: unknown) => {
        throw withHint(withOption(error, endpoint));
      });
      const session = await openSession({ ...settings, dataDir });
      // A login that was cut off before the machine was told its name asks for it the next time.
      if (session.name() === undefined) await session.fetchToken();
      if (result.wasSkipped) {
        answer(`this machine is enrolled already, with ${result.endpoint ?? endpoint}, as ${result.machineId}`);
        return;
      }
      const { cluster, host, machineNumber } = session.name() ?? (await session.fetchToken());
      answer(`enrolled as ${result.machineId}: machine ${machineNumber}, host ${host} of cluster ${cluster}`);
      answer(`start the agent with: ${startedBy}${dataDirOption(dataDir)}`);
    },
  );
}

/** What a later command needs to find this data directory, whatever its environment is; nothing where it is the usual one. */
function dataDirOption(dataDir: string): string {
  if (dataDir === defaultDataDir(appName)) return '';
  return ` --data-dir ${/^[\w./-]+$/.test(dataDir) ? dataDir : `'${dataDir.replaceAll("'", "'\\''")}'`}`;
}

const hints: Partial<Record<LoginErrorCode, string>> = {
  invalid_token: 'the token is wrong, expired, revoked or used up: make a new one with "moorline-server token create"',
  node_group_not_found: 'leave out --group to join the group of the token, or name one that exists',
  node_group_mismatch: 'leave out --group to join the group of the token',
  node_group_not_owned: 'leave out --group to join the group of the token',
};

/** The protocol has texts for its failures and no advice. */
function withHint(error: unknown): unknown {
  if (!isLoginError(error) || error.hint !== undefined) return error;
  const hint = hints[error.code] ?? (error.isRetryable ? 'the control plane failed; try again later' : undefined);
  return new LoginError(error.message, {
    code: error.code,
    status: error.status,
    hint,
    isRetryable: error.isRetryable,
    cause: error,
  });
}

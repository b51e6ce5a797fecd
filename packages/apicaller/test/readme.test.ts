import type { ApicallerErrorCode } from '@moorline/apicaller';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { bundle, bundled } from '../../../tools/testenv/bundle.js';
import { firstColumn } from '../../../tools/testenv/readme.js';

const folder = join(import.meta.dirname, '..');
const readme = readFileSync(join(folder, 'README.md'), 'utf8');

const codes: Record<ApicallerErrorCode, true> = {
  aborted: true,
  access_required: true,
  agent_dead: true,
  already_installed: true,
  api_info_unavailable: true,
  api_not_opened: true,
  bad_ca_certificate: true,
  bad_credentials: true,
  bad_request: true,
  bounce_requested: true,
  certificate_invalid: true,
  changed_password: true,
  config_closed: true,
  config_exists: true,
  config_invalid: true,
  config_unwritable: true,
  connect_impossible: true,
  connection_broken: true,
  connection_lost: true,
  connection_shut_down: true,
  context_expired: true,
  denied: true,
  dependency_cycle: true,
  dependency_missing: true,
  dial_failed: true,
  dial_refused: true,
  dial_timeout: true,
  discharge_required: true,
  engine_stopping: true,
  entity_dead: true,
  forbidden: true,
  input_unknown: true,
  insecure_address: true,
  invalid_config: true,
  invalid_info: true,
  invalid_manifold: true,
  invalid_message: true,
  invalid_name: true,
  invalid_response: true,
  invalid_tag: true,
  login_expired: true,
  login_result_invalid: true,
  login_timeout: true,
  login_version_unsupported: true,
  model_migration_in_progress: true,
  model_not_found: true,
  no_credentials: true,
  not_found: true,
  not_implemented: true,
  not_provisioned: true,
  not_supported: true,
  output_unknown: true,
  password_not_reset: true,
  ping_failed: true,
  redirect_info_failed: true,
  redirected: true,
  redirection_required: true,
  request_failed: true,
  session_token_invalid: true,
  try_again: true,
  unauthorized_access: true,
  unencodable: true,
  unexpected_result: true,
  uninstall_requested: true,
  unknown_life: true,
  upgrade_in_progress: true,
  worker_invalid: true,
  worker_unknown: true,
};

it('lists every error code, and no other', () => {
  expect(firstColumn(join(folder, 'README.md'), 'Errors')).toEqual(Object.keys(codes));
});

describe('the examples', () => {
  const wanted: Record<string, RegExp> = {
    'connect-agent':
      /^ApicallerError: insecure password replaced; retry\nconnected to Juju 3\.6\.11\n\{"entities":\[\{"life":"alive"/,
    'controller-facade':
      /^unit-mysql-0 says: all is well\nRequestError: nothing to report \(bad request\)\nnews: \{ seconds: 10 \}\n$/,
    'scripted-controller': /^life: alive\ncalls: Login, GetEntities, GetEntities\nfailed: .*close 1011/,
    'three-workers': /^delivered sample 1\ndelivered sample 2\n/,
    report: /^connection: started, came up 1 ×\n[^]*reporter: starting[^]*watcher: stopped/,
    'fatal-error': /^store closed\nError: the machine was removed\n/,
  };
  const names = Object.keys(wanted);
  beforeAll(() => bundle(folder, Object.fromEntries(names.map((name) => [`example-${name}`, `examples/${name}.ts`]))));

  it.each(Object.entries(wanted))(
    '%s stands in the README as it is run, and prints what it should',
    { timeout: 30_000 },
    async (name, output) => {
      expect(readme).toContain('```ts\n' + readFileSync(join(folder, 'examples', `${name}.ts`), 'utf8') + '```');
      const { stdout, stderr } = await promisify(execFile)(process.execPath, [bundled(folder, `example-${name}`)], {
        cwd: folder,
      });
      expect(stdout).toMatch(output);
      expect(stderr).toBe('');
    },
  );
});

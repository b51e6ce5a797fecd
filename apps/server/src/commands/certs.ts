import { join } from 'node:path';
import { addSettingOptions, answer, answerJson, openDataDir, remark } from '@moorline/app-kit';
import { systemClock } from '@moorline/core';
import { Command } from 'commander';
import { appName, dataDirSetting, readSettings } from '../settings.js';

const notes = `
Makes what is missing and leaves what is there. Every certificate is good for this machine ("localhost") and for
"juju-apiserver", which Juju's agents demand, beside the hosts that are named. Machines have to trust ca.crt:
agents of GPUd take it from SSL_CERT_FILE, ours from NODE_EXTRA_CA_CERTS.

Examples:
  moorline-server certs init --host cp.example --host 10.0.0.5
  moorline-server serve --host 0.0.0.0 --tls-cert DIR/certs/server.crt --tls-key DIR/certs/server.key`;

interface CertsFlags extends Record<string, unknown> {
  host?: string[];
  json?: true;
}

/** `certs init`: a private authority, and a certificate of the server. */
export function certsCommand(): Command {
  return new Command('certs').description('certificates for first steps with TLS').addCommand(initCommand());
}

function initCommand(): Command {
  const command = new Command('init')
    .description('make a private authority and a certificate of the server, in the data directory')
    .option('--host <NAME>', 'a name or address that agents reach the server by; can be repeated', collected)
    .option('--json', 'print their paths as JSON')
    .addHelpText('after', notes);
  return addSettingOptions(command, appName, dataDirSetting).action(async (flags: CertsFlags) => {
    const folder = join(openDataDir(readSettings({ ...flags, host: undefined }).dataDir), 'certs');
    // Loaded here: no other command makes certificates.
    const { openCertificates } = await import('../certificates/open-certificates.js');
    const { outcome, ...paths } = await openCertificates(folder, flags.host ?? [], systemClock.now());
    if (flags.json === true) {
      answerJson({ ...paths, outcome });
      return;
    }
    answer(paths.authority);
    remark(`the certificate was ${outcome}; machines have to trust the file that is named above`);
    remark(`start the server with: moorline-server serve --tls-cert ${paths.cert} --tls-key ${paths.key}`);
  });
}

const collected = (value: string, before: string[] = []): string[] => [...before, value];

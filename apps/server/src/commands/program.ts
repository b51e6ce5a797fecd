import { createProgram } from '@moorline/app-kit';
import type { Command } from 'commander';
import { backupCommand } from './backup.js';
import { certsCommand } from './certs.js';
import { checkCommand } from './check.js';
import { clusterCommand } from './cluster.js';
import { configCommand } from './config.js';
import { daemonsCommand } from './daemons.js';
import { exportCommand } from './export.js';
import { importCommand } from './import.js';
import { initCommand } from './init.js';
import { jwtCommand } from './jwt.js';
import { linkCommand } from './link.js';
import { machinesCommand } from './machines.js';
import { migrateCommand } from './migrate.js';
import { serveCommand } from './serve.js';
import { statusCommand } from './status.js';
import { tokenCommand } from './token.js';
import { userCommand } from './user.js';

const firstSteps = `
First steps:
  moorline-server init                           keys, settings file and first administrator, if you want to choose
  moorline-server serve                          run the control plane here
  moorline-server token create --group lab       what a machine of the group "lab" enrols with
  moorline-server jwt create --role api          what the REST API is used with
  moorline-server link create                    what opens the page in a browser of this machine

The commands reach the running server through a socket in its data directory: give them the same --data-dir.`;

/** All commands of `moorline-server`. */
export function createServerProgram({ version, description }: { version: string; description: string }): Command {
  return createProgram({ name: 'moorline-server', description, version })
    .addHelpText('after', firstSteps)
    .addCommand(initCommand())
    .addCommand(certsCommand())
    .addCommand(serveCommand(version))
    .addCommand(tokenCommand())
    .addCommand(jwtCommand())
    .addCommand(linkCommand())
    .addCommand(machinesCommand())
    .addCommand(daemonsCommand())
    .addCommand(userCommand())
    .addCommand(clusterCommand())
    .addCommand(configCommand())
    .addCommand(importCommand())
    .addCommand(exportCommand())
    .addCommand(backupCommand())
    .addCommand(migrateCommand())
    .addCommand(statusCommand())
    .addCommand(checkCommand());
}

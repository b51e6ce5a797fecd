import { createControllerServer, createMemoryEntityStore, type EntityStore } from '@moorline/apicaller/server';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { controllerTag, modelUuid } from './logged-in.js';

/** Settings, as JSON in the first argument. */
export interface ControllerChildSettings {
  /** Where the one machine's password is kept from one process to the next. */
  passwordFile: string;
  port: number;
  /** The step at which the process kills itself; empty for none. */
  killAt: string;
}

/** A controller of one machine that says when it listens, and may kill itself at a step. */
const { passwordFile, port, killAt } = JSON.parse(process.argv[2] ?? '') as ControllerChildSettings;

function step(name: string): void {
  if (name === killAt) process.kill(process.pid, 'SIGKILL');
}

const memory = createMemoryEntityStore();
const machine = { tag: 'machine-0', nonce: 'n' };
memory.add({ ...machine, password: readFileSync(passwordFile, 'utf8') }, modelUuid);
let finds = 0;
const entities: EntityStore = {
  find: (tag, model) => {
    step(`find ${++finds}`);
    return memory.find(tag, model);
  },
  isPassword: (tag, password, model) => {
    step('password');
    return memory.isPassword(tag, password, model);
  },
  setPassword: (tag, password, model) => {
    step('before the new password');
    writeFileSync(`${passwordFile}.new`, password);
    renameSync(`${passwordFile}.new`, passwordFile);
    step('after the new password');
    return memory.setPassword(tag, password, model);
  },
};
const controller = createControllerServer({
  controllerUuid: controllerTag.slice('controller-'.length),
  findModel: () => {
    step('model');
    return {};
  },
  entities,
});
const server = createServer();
server.on('connection', () => step('connection'));
server.on('upgrade', (request, socket, head) => {
  step('upgrade');
  controller.handleUpgrade(request, socket, head);
});
server.listen(port, '127.0.0.1', () => console.log(JSON.stringify(server.address())));

import { readSync, writeSync } from 'node:fs';
import { loadFdPassing, untilTaken } from '../../src/fd.js';

/** The other process of a test: takes a descriptor on the socket of that path, answers through it, and gives one back. */
const { connect, recvFd, sendFd, socketpair, close } = await loadFdPassing();
const connection = await untilTaken(() => connect(process.argv[2] ?? ''));
const { fd } = await untilTaken(() => recvFd(connection));
const buffer = Buffer.alloc(100);
writeSync(fd, `heard ${buffer.toString('utf8', 0, readSync(fd, buffer))}`);
const [given, kept] = socketpair();
sendFd(connection, given);
close(given);
writeSync(kept, 'from the child');

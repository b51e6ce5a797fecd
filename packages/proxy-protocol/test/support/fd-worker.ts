import { openSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { loadFdPassing, socketFromFd } from '../../src/fd.js';

/** In a worker thread: passes descriptors on to itself, and tells of every warning. */
process.on('warning', ({ message }) => parentPort?.postMessage(message));
const { socketpair, sendFd, recvFd, close } = await loadFdPassing();
const [one, other] = socketpair();
const device = openSync('/dev/null', 'r');
for (let round = 0; round < 10; round++) {
  sendFd(one, round % 2 === 0 ? one : device);
  const received = recvFd(other);
  if (received === 'again') throw new Error('nothing came');
  try {
    socketFromFd(received.fd).destroy();
  } catch {
    // The device is refused, and closed.
  }
}
close(one);
close(other);
setImmediate(() => parentPort?.postMessage('done'));

/* Takes entries off a spool, says of each that it is being delivered and then that it is done, until it is killed. Parameter: path. */
import { openSpool } from '@moorline/cc-store/spool';
import { writeSync } from 'node:fs';

const [path = ''] = process.argv.slice(2);
const spool = await openSpool({ path });
const decoder = new TextDecoder();
for (;;) {
  const taken = await spool.take(20);
  for (const { body } of taken) writeSync(1, `delivering ${decoder.decode(body)}\n`);
  await spool.done(taken.map(({ id }) => id));
  for (const { body } of taken) writeSync(1, `done ${decoder.decode(body)}\n`);
  if (taken.length === 0) await new Promise((resolve) => setImmediate(resolve));
}

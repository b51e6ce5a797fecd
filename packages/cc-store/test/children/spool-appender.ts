/* Appends job events and counts, and prints what was answered, until it is killed. Parameters: path, a name for this run. */
import { openSpool } from '@moorline/cc-store/spool';
import { writeSync } from 'node:fs';

const [path = '', name = ''] = process.argv.slice(2);
const spool = await openSpool({ path });
const encoder = new TextEncoder();
for (let index = 0; ; index++) {
  const text = `${name}-${index}`;
  const entry = { kind: 'job' as const, orderKey: `${name}-${index % 5}`, body: encoder.encode(text) };
  await spool.append([entry], { cursor: { name: 'place', value: text } });
  writeSync(1, `appended ${text}\n`);
  writeSync(1, `counter ${await spool.nextCounter('job')}\n`);
}

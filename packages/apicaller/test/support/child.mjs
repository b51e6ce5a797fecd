// A worker's process: answers each line with the line before it and its process id, until its input ends.
import { createInterface } from 'node:readline';

process.stdout.write(`ready ${process.pid}\n`);
for await (const line of createInterface({ input: process.stdin })) process.stdout.write(`${line} ${process.pid}\n`);

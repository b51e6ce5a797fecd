/**
 * How long commands take while a hundred streams of the same VM have output that nobody reads, against a VM that has none of
 * them. Blocks of both interleave.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { report } from '../../../tools/bench/harness.js';
import { loadFdPassing } from '../src/fd.js';
import { connectProxy } from '../src/index.js';
import { createProxyServer } from '../src/server.js';
import { encodeIoPackets } from '../src/wire/hyperstart/io-packet.js';
import { startAgent } from './agent.js';

const stuckStreams = 100;
/** For each of them: more than the system's buffers take, and than the server keeps before it holds the VM's output. */
const unreadBytes = 1024 * 1024;
const blocks = 40;
const callsPerBlock = 250;

const folder = mkdtempSync(join(tmpdir(), 'moorline-bench-'));
const path = join(folder, 'proxy.sock');
const server = createProxyServer({ limits: { stallMs: 1 } });
await server.listen({ path });
const passing = await loadFdPassing();
const quiet = await startVm('quiet');
const stuck = await startVm('stuck');
const fds: number[] = [];
const latencies: Record<'quiet' | 'stuck', number[]> = { quiet: [], stuck: [] };

try {
  const live = await stuck.client.allocateIo(1);
  fds.push(live.fd);
  for (let stream = 0; stream < stuckStreams; stream++) {
    const { ioBase, fd } = await stuck.client.allocateIo(1);
    fds.push(fd);
    stuck.agent.io().write(encodeIoPackets(ioBase, new Uint8Array(unreadBytes)));
  }
  await new Promise((resolve) => stuck.agent.io().write(encodeIoPackets(live.ioBase, Buffer.from('behind')), resolve));
  for (let block = 0; block < blocks; block++) {
    await measureBlock('quiet', block > 0);
    await measureBlock('stuck', block > 0);
  }
  for (const [percent, share] of [
    ['p50', 0.5],
    ['p99', 0.99],
  ] as const) {
    report({
      name: `hyper ping beside ${stuckStreams} stuck streams, ${percent}`,
      unit: 'µs',
      ours: percentile(latencies.stuck, share),
      peer: { name: 'beside none', value: percentile(latencies.quiet, share) },
      ...(percent === 'p99' ? { goal: '≤ 2 ×' } : {}),
    });
  }
} finally {
  fds.forEach((fd) => passing.close(fd));
  await server.close();
  for (const { agent, client } of [quiet, stuck]) {
    await client.close();
    agent.close();
  }
  rmSync(folder, { recursive: true });
}

async function startVm(name: string) {
  const agent = await startAgent(folder, name);
  const client = await connectProxy({ path });
  await client.hello({ containerId: name, ...agent.paths });
  return { agent, client };
}

async function measureBlock(which: 'quiet' | 'stuck', isCounted: boolean): Promise<void> {
  const { client } = which === 'quiet' ? quiet : stuck;
  for (let call = 0; call < callsPerBlock; call++) {
    const start = performance.now();
    await client.ping();
    if (isCounted) latencies[which].push((performance.now() - start) * 1000);
  }
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length * share)] ?? NaN;
}

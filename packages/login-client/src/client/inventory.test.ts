import { hostname } from 'node:os';
import { readFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseQuantity } from '../wire/quantity.js';
import { createServer } from 'node:http';
import { collectInventory } from './inventory.js';

describe('collectInventory', () => {
  it('tells what this machine is', async () => {
    const { machineInfo, resources, provider } = await collectInventory({ agentVersion: 'v0.1.0' });
    expect(provider).toBe('unknown');
    expect(machineInfo).toMatchObject({
      gpudVersion: 'v0.1.0',
      hostname: hostname(),
      operatingSystem: 'linux',
      bootID: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
    });
    expect(machineInfo?.uptime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(parseQuantity(resources?.['cpu'] ?? '')).toBe(machineInfo?.cpuInfo?.logicalCores);
    expect(parseQuantity(resources?.['memory'] ?? '')).toBe(machineInfo?.memoryInfo?.totalBytes);
    expect(parseQuantity(resources?.['ephemeral-storage'] ?? '')).toBeGreaterThan(0);
  });

  it('asks nobody for the public address unless told whom, and believes the first address it is given', async () => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.statusCode = request.url === '/refused' ? 403 : 200;
      response.end(request.url === '/text' ? 'hello' : '203.0.113.24\n');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    const { port } = server.address() as { port: number };
    expect((await collectInventory()).network?.publicIP).toBeUndefined();
    expect(asked).toEqual([]);
    const publicIpUrls = ['refused', 'text', 'ip', 'never'].map((path) => `http://127.0.0.1:${port}/${path}`);
    const { network } = await collectInventory({ publicIpUrls: ['http://127.0.0.1:1/', ...publicIpUrls] });
    expect(network?.publicIP).toBe('203.0.113.24');
    expect(asked).toEqual(['/refused', '/text', '/ip']);
  });

  it('rejects at once when aborted before', async () => {
    await expect(collectInventory({ signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
  });
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createProxyServer, type ProxyServer, type ProxyServerOptions } from '../server/proxy-server.js';
import { createVmAgent, type VmAgent, type VmAgentOptions } from './vm-agent.js';

export interface TestProxyOptions extends ProxyServerOptions {
  /** Of the machine behind it. */
  vm?: VmAgentOptions | undefined;
}

/** The answering half of this package with a machine behind it, for the tests of a client. */
export interface TestProxy extends AsyncDisposable {
  /** Path of the proxy's socket. */
  readonly path: string;
  /** What `hello` and `registerVm` take, for a container of that name. */
  container(containerId: string): { containerId: string; ctlSerial: string; ioSerial: string };
  readonly vm: VmAgent;
  readonly server: ProxyServer;
  close(): Promise<void>;
}

/** Starts both, each on sockets in a folder that is removed at the end. */
export async function createTestProxy({ vm: vmOptions, ...options }: TestProxyOptions = {}): Promise<TestProxy> {
  const folder = await mkdtemp(join(tmpdir(), 'moorline-proxy-'));
  const path = join(folder, 'proxy.sock');
  const vm = await createVmAgent(vmOptions);
  const server = createProxyServer(options);
  await server.listen({ path });
  const close = async (): Promise<void> => {
    await server.close();
    await vm.close();
    await rm(folder, { recursive: true, force: true });
  };
  return {
    path,
    container: (containerId) => ({ containerId, ctlSerial: vm.ctlSerial, ioSerial: vm.ioSerial }),
    vm,
    server,
    close,
    [Symbol.asyncDispose]: close,
  };
}

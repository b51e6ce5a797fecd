import type { Generation } from './control-channel.js';

/** A container's VM that a proxy knows. */
export interface ContainerInfo {
  containerId: string;
  /** Which protocol registered it. */
  generation: Generation;
  ctlSerial: string;
  ioSerial: string;
  /** Path of the VM's console, where it was said. */
  console: string | undefined;
  /** `connecting` until the agent is ready; `lost` once one of its sockets is gone. */
  state: 'connecting' | 'running' | 'lost';
  /** Streams that someone has: descriptors and tokens. */
  sessions: number;
}

/** A process inside a VM. */
export interface ProcessInfo {
  /** Of the VM. */
  containerId: string;
  /** The container inside the VM, as `newcontainer` or `execcmd` named it; empty where it did not. */
  container: string;
  /** Number of its stdin and stdout. */
  ioBase: bigint;
}

/** Its id was freed (`bye`, UnregisterVM), its VM is lost, or the proxy was closed: whichever is first. */
export type GoneReason = 'bye' | 'lost' | 'closed';

/** What a proxy tells whoever runs it. Called synchronously; what they throw is logged. */
export interface ProxyHooks {
  /** An agent is ready. */
  containerRegistered?: ((container: ContainerInfo) => void) | undefined;
  /** A container that was registered is gone. */
  containerGone?: ((container: ContainerInfo, reason: GoneReason) => void) | undefined;
  /** The agent has acknowledged a `newcontainer` or an `execcmd` whose streams are known. */
  processStarted?: ((process: ProcessInfo) => void) | undefined;
  /** A process has ended. */
  processExited?: ((process: ProcessInfo & { exitCode: number }) => void) | undefined;
}

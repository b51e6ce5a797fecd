import {
  connectProxy,
  openIoSession,
  type ProcessIo,
  type ProcessSpec,
  type ProxyClient,
  type V3ProxyClient,
} from '@moorline/proxy-protocol';

/** Of a terminal: characters and lines, > 0. */
export interface WindowSize {
  columns: number;
  rows: number;
}

export interface OpenProcessOptions {
  /** Path of the proxy's socket. */
  socket: string;
  generation: 'detect' | 'v2' | 'v3';
  /** Under which id the proxy knows the VM. */
  pod: string;
  /** What the agent inside calls the container. */
  container: string;
  /** The command and its arguments. */
  args: readonly string[];
  /** Of the terminal that the process gets; undefined: it gets none. */
  size: WindowSize | undefined;
}

/** A process inside a container, with its streams here. */
export interface ContainerProcess {
  io: ProcessIo;
  resize(size: WindowSize): Promise<void>;
  /** Lets go of the streams; the process goes on, if it can without them. */
  close(): Promise<void>;
}

/**
 * Starts a process in a container that runs, through the proxy.
 *
 * @throws ProxyError of the proxy's client.
 */
export async function openProcess(options: OpenProcessOptions): Promise<ContainerProcess> {
  const { socket: path, generation } = options;
  const client = await connectProxy({ path, generation });
  try {
    return await (client.generation === 'v3' ? overV3(client, options) : overV2(client, options));
  } catch (error) {
    await client.close();
    throw error;
  }
}

/** The runtime's connection asks for a token and starts the process; the streams come over a shim's. */
async function overV3(runtime: V3ProxyClient, options: OpenProcessOptions): Promise<ContainerProcess> {
  const { socket: path, pod, container } = options;
  const { tokens } = await runtime.attachVm({ containerId: pod, numIOStreams: 1 });
  const [token = ''] = tokens;
  const shim = await connectProxy({ path, generation: 'v3' });
  try {
    const io = await shim.connectShim(token);
    await runtime.execCmd({ container, process: processOf(options) }, { token });
    return {
      io,
      resize: (size) => shim.resize(size),
      async close() {
        await shim.disconnectShim({ timeoutMs: 1000 }).catch(() => undefined);
        await shim.close();
        await runtime.close();
      },
    };
  } catch (error) {
    await shim.close();
    throw error;
  }
}

async function overV2(client: ProxyClient, options: OpenProcessOptions): Promise<ContainerProcess> {
  const { pod, container, size } = options;
  await client.attach(pod);
  const allocation = await client.allocateIo(size === undefined ? 2 : 1);
  const { ioBase } = allocation;
  const io = openIoSession(allocation);
  try {
    const stderr = size === undefined ? { stderr: ioBase + 1n } : {};
    await client.execCmd({ container, process: { ...processOf(options), stdio: ioBase, ...stderr } });
  } catch (error) {
    await io.close();
    throw error;
  }
  return {
    io,
    resize: ({ columns: column, rows: row }) => client.winsize({ seq: ioBase, row, column }),
    async close() {
      await io.close();
      await client.close();
    },
  };
}

const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

function processOf({ args, size }: OpenProcessOptions): ProcessSpec {
  return {
    terminal: size !== undefined,
    args,
    envs: [
      { env: 'PATH', value: path },
      ...(size === undefined ? [] : [{ env: 'TERM', value: process.env['TERM'] ?? 'xterm' }]),
    ],
    workdir: '/',
    ...size,
  };
}

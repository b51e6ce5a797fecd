/** Payloads of the agent's commands, as the original clients send them. Members that are not listed are sent as they are given. */

/** One variable of a process' environment. */
export interface EnvironmentVariable {
  env: string;
  value: string;
}

/** A process inside the VM. */
export interface ProcessSpec {
  terminal?: boolean | undefined;
  /** Number of stdin and stdout: `ioBase` of v2's `allocateIo()`. With v3 it stays away: the proxy fills it in. */
  stdio?: number | bigint | undefined;
  /** Number of stderr, `ioBase + 1n`; not for a terminal. With v3 it stays away. */
  stderr?: number | bigint | undefined;
  args: readonly string[];
  envs?: readonly EnvironmentVariable[] | undefined;
  workdir?: string | undefined;
  user?: string | undefined;
  group?: string | undefined;
  additionalGroups?: readonly string[] | undefined;
  /** Width of the terminal, characters. */
  columns?: number | undefined;
  /** Height of the terminal, lines. */
  rows?: number | undefined;
  [member: string]: unknown;
}

/** `startpod`. */
export interface StartPodPayload {
  hostname: string;
  containers?: readonly unknown[] | undefined;
  interfaces?: readonly unknown[] | undefined;
  routes?: readonly unknown[] | undefined;
  dns?: readonly string[] | undefined;
  shareDir?: string | undefined;
  [member: string]: unknown;
}

/** `newcontainer`. */
export interface NewContainerPayload {
  id: string;
  rootfs?: string | undefined;
  image?: string | undefined;
  fsmap?: readonly unknown[] | undefined;
  process: ProcessSpec;
  restartPolicy?: string | undefined;
  initialize?: boolean | undefined;
  [member: string]: unknown;
}

/** `execcmd`: one more process in a container. */
export interface ExecCmdPayload {
  container: string;
  process: ProcessSpec;
  [member: string]: unknown;
}

/** `killcontainer`. */
export interface KillContainerPayload {
  container: string;
  /** Linux' number on amd64. */
  signal: number;
  allProcesses?: boolean | undefined;
  [member: string]: unknown;
}

/** `winsize`. */
export interface WinsizePayload {
  /** Number of the process' stdin: `ioBase`. */
  seq: number | bigint;
  /** Lines, > 0. */
  row: number;
  /** Characters, > 0. */
  column: number;
}

/** `removecontainer` and `pscontainer`; from 3.0 on. */
export interface ContainerNamePayload {
  container: string;
  [member: string]: unknown;
}

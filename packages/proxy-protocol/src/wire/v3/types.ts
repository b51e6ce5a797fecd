/** What a frame is: the low nibble of its byte 6 (docs/protocol.md, v3 frames). */
export const frameTypes = { command: 0, response: 1, stream: 2, notification: 3 } as const;

export type FrameType = keyof typeof frameTypes;

/** Opcodes of commands; a response repeats its command's. */
export const commandOpcodes = {
  RegisterVM: 0,
  UnregisterVM: 1,
  AttachVM: 2,
  Hyper: 3,
  ConnectShim: 4,
  DisconnectShim: 5,
  Signal: 6,
} as const;

export type CommandName = keyof typeof commandOpcodes;

/** Opcodes of streams: stdin and log go from a shim to the proxy, stdout and stderr to the shim. */
export const streamOpcodes = { stdin: 0, stdout: 1, stderr: 2, log: 3 } as const;

export type StreamName = keyof typeof streamOpcodes;

/** Opcodes of notifications. */
export const notificationOpcodes = { ProcessExited: 0 } as const;

export type NotificationName = keyof typeof notificationOpcodes;

/** Names by number: `namesByType[type][opcode]`. */
export const frameTypeNames = ['command', 'response', 'stream', 'notification'] as const satisfies FrameType[];
export const commandNames = [
  'RegisterVM',
  'UnregisterVM',
  'AttachVM',
  'Hyper',
  'ConnectShim',
  'DisconnectShim',
  'Signal',
] as const satisfies CommandName[];
export const streamNames = ['stdin', 'stdout', 'stderr', 'log'] as const satisfies StreamName[];
export const notificationNames = ['ProcessExited'] as const satisfies NotificationName[];

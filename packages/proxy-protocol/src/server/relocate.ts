import type { JsonObject, JsonText } from '../wire/json-text.js';
import { noPayload } from '../wire/no-payload.js';
import { ProxyError } from '../wire/proxy-error.js';

/** A command whose process has its stream numbers. */
export interface Relocated {
  payload: Uint8Array;
  /** The container inside the VM, as the command names it. */
  container: string;
}

type Kind = 'string' | 'bool' | 'number' | 'array' | 'object' | readonly Member[];

interface Member {
  name: string;
  kind: Kind;
  /** Left out where it is empty, as Go leaves it out; otherwise written with its empty value. */
  isOptional?: boolean;
}

const required = (name: string, kind: Kind): Member => ({ name, kind });
const optional = (name: string, kind: Kind): Member => ({ name, kind, isOptional: true });

/** Of a process, but for `stdio` and `stderr`, which are what this is about. */
const processMembers = [
  required('args', 'array'),
  optional('envs', 'array'),
  required('workdir', 'string'),
  optional('user', 'string'),
  optional('group', 'string'),
  optional('additionalGroups', 'array'),
  optional('columns', 'number'),
  optional('rows', 'number'),
  optional('rlimits', 'array'),
  required('noNewPrivileges', 'bool'),
  required(
    'capabilities',
    ['bounding', 'effective', 'inheritable', 'permitted', 'ambient'].map((name) => required(name, 'array')),
  ),
];

/** Of `newcontainer`, in front of the process and behind it. */
const containerHead = [
  required('id', 'string'),
  required('rootfs', 'string'),
  optional('fstype', 'string'),
  required('image', 'string'),
  optional('scsiAddr', 'string'),
  optional('addr', 'string'),
  optional('volumes', 'array'),
  optional('fsmap', 'array'),
  optional('sysctl', 'object'),
  optional('ports', 'array'),
];
const containerTail = [
  required('restartPolicy', 'string'),
  required('initialize', 'bool'),
  required('systemMountsInfo', [required('bindMountDev', 'bool'), required('devShmSize', 'number')]),
  required('constraints', [
    required('CPUQuota', 'number'),
    required('CPUPeriod', 'number'),
    optional('CPUShares', 'number'),
  ]),
];

/** Commands that start a process: the only ones that take a token. */
export type StartCommand = 'newcontainer' | 'execcmd';

export const isStartCommand = (hyperName: string): hyperName is StartCommand =>
  hyperName === 'newcontainer' || hyperName === 'execcmd';

/**
 * Writes stream numbers into a command that starts a process, and the command anew with them: members that the original knows,
 * those that are missing with their empty values; others are lost, as there (docs/protocol.md, Tokens).
 *
 * @throws ProxyError with the original's text; `bad_process` where the process has numbers already, or is missing.
 */
export function relocate(hyperName: StartCommand, data: JsonText | undefined, ioBase: number): Relocated {
  if (data === undefined) throw noPayload();
  const isContainer = hyperName === 'newcontainer';
  const command = data.object(isContainer ? 'hyperstart.Container' : 'hyperstart.ExecCommand');
  const process = command.object('process', 'hyperstart.Process');
  if (process === undefined && isContainer) {
    throw new ProxyError('newcontainer without a process', { code: 'bad_process' });
  }
  const located = `"process":${processText(process, ioBase)}`;
  const members = isContainer
    ? [...textsOf(command, containerHead), located, ...textsOf(command, containerTail)]
    : [...textsOf(command, [required('container', 'string')]), located];
  return {
    payload: new TextEncoder().encode(`{${members.join(',')}}`),
    container: command.string(isContainer ? 'id' : 'container'),
  };
}

function processText(process: JsonObject | undefined, ioBase: number): string {
  const stdio = process?.integer('stdio') ?? 0;
  const stderr = process?.integer('stderr') ?? 0;
  if (stdio !== 0) throw badProcess(`expected process.Stdio to be 0, got ${stdio}`);
  if (stderr !== 0) throw badProcess(`expected process.Stderr to be 0, got ${stderr}`);
  const isTerminal = process?.boolean('terminal') ?? false;
  const numbers = [`"stdio":${ioBase}`, ...(isTerminal ? [] : [`"stderr":${ioBase + 1}`])];
  return `{${[`"terminal":${isTerminal}`, ...numbers, ...textsOf(process, processMembers)].join(',')}}`;
}

const badProcess = (text: string): ProxyError =>
  new ProxyError(text, { code: 'bad_process', hint: 'leave stdio and stderr out: the proxy fills them' });

function textsOf(object: JsonObject | undefined, members: readonly Member[]): string[] {
  return members.flatMap(({ name, kind, isOptional = false }) => {
    const text = textOf(object, name, kind);
    return isOptional && emptyTexts.has(text) ? [] : [`"${name}":${text}`];
  });
}

const emptyTexts: ReadonlySet<string> = new Set(['""', 'false', '0', 'null', '[]', '{}']);

/** The member's value as it was written, where it is of its kind. */
function textOf(object: JsonObject | undefined, name: string, kind: Kind): string {
  if (typeof kind !== 'string') return `{${textsOf(object?.object(name, `hyperstart.${name}`), kind).join(',')}}`;
  const value = object?.raw(name);
  if (value === undefined || value.kind === 'null') return emptyText[kind];
  if (value.kind === kind) return value.text();
  throw new ProxyError(`json: cannot unmarshal ${value.kind} into Go struct field .${name} of type ${kind}`, {
    code: 'invalid_message',
  });
}

const emptyText = { string: '""', bool: 'false', number: '0', array: 'null', object: 'null' } as const;

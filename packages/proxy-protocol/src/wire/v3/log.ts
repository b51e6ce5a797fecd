import { encodeJson } from '../encode-json.js';
import { ProxyError } from '../proxy-error.js';
import { objectOf } from './payloads.js';

/** Severity of a log entry. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** What a log frame carries: a shim's or a runtime's entry for the proxy's log. */
export interface LogEntry {
  source: 'shim' | 'runtime';
  containerId?: string | undefined;
  level: LogLevel;
  /** Not empty. */
  msg: string;
}

const levels: readonly string[] = ['debug', 'info', 'warn', 'error'] satisfies LogLevel[];

/** @throws ProxyError `bad_stream` for an entry that the other side would close the connection for. */
export function encodeLogEntry({ source, containerId, level, msg }: LogEntry): Uint8Array {
  check(source, level, msg, false);
  return encodeJson({ source, containerId: containerId || undefined, level, msg }, 'a log entry');
}

/** @throws ProxyError `bad_stream`, fatal, for any other payload: the originals then close the connection. */
export function readLogEntry(payload: Uint8Array): LogEntry {
  const { source, level, msg, containerId } = membersOf(payload);
  const known = check(source, level, msg, true);
  return { ...known, msg, ...(containerId === '' ? {} : { containerId }) };
}

function membersOf(payload: Uint8Array): Record<'source' | 'level' | 'msg' | 'containerId', string> {
  try {
    const object = objectOf(payload, 'api.LogEntry');
    return {
      source: object.string('source'),
      level: object.string('level'),
      msg: object.string('msg'),
      containerId: object.string('containerId'),
    };
  } catch (cause) {
    if (!(cause instanceof ProxyError)) throw cause;
    throw badEntry(cause.message, true);
  }
}

function check(source: string, level: string, msg: string, isFatal: boolean): Pick<LogEntry, 'source' | 'level'> {
  if (source !== 'shim' && source !== 'runtime') throw badEntry(`invalid source: ${source}`, isFatal);
  if (!isLevel(level)) throw badEntry(`invalid level: ${level}`, isFatal);
  if (msg === '') throw badEntry('no message specified', isFatal);
  return { source, level };
}

const isLevel = (level: string): level is LogLevel => levels.includes(level);

const badEntry = (text: string, isFatal: boolean): ProxyError => new ProxyError(text, { code: 'bad_stream', isFatal });

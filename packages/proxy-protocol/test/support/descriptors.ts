import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** This process' open descriptors that are sockets, files and devices, `number target` each, sorted by number. */
export function descriptors(): string[] {
  const numbers = readdirSync('/proc/self/fd').map(Number);
  const all: string[] = [];
  for (const fd of numbers.sort((a, b) => a - b)) {
    try {
      const target = readlinkSync(`/proc/self/fd/${fd}`);
      if (!target.startsWith('/proc/')) all.push(`${fd} ${target}`);
    } catch {
      // The one with which the folder was read is closed again.
    }
  }
  return all;
}

const oNonblock = 0o4000;
const oCloexec = 0o2000000;

/** How a descriptor of this process, or of another, is open. */
export function openMode(fd: number, pid: number | 'self' = 'self'): { isBlocking: boolean; isCloseOnExec: boolean } {
  const [, octal = ''] = /^flags:\s*([0-7]+)$/m.exec(readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'utf8')) ?? [];
  const flags = Number.parseInt(octal, 8);
  return { isBlocking: (flags & oNonblock) === 0, isCloseOnExec: (flags & oCloexec) !== 0 };
}

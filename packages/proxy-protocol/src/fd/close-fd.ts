import { closeSync } from 'node:fs';

let systemClose: ((fd: number) => unknown) | undefined;

/**
 * Has descriptors closed by the system's own function from now on. In a worker thread `closeSync` warns of each that Node has not
 * opened itself, as none that is received was.
 */
export function closeWith(close: (fd: number) => unknown): void {
  systemClose = close;
}

/** Closes it; one that is closed already, or none, is left alone. */
export function closeFd(fd: number): void {
  if (systemClose !== undefined) {
    systemClose(fd);
    return;
  }
  try {
    closeSync(fd);
  } catch {
    // It was no descriptor, or is gone: nobody could do anything about it.
  }
}

import { ProxyError } from '../wire/proxy-error.js';
import { closeFd, closeWith } from './close-fd.js';
import { loadLibc, type Libc } from './libc.js';
import { readControl, SocketMessage } from './socket-message.js';
import { systemCallError } from './system-call-error.js';
import { unixAddress } from './unix-address.js';

/** A descriptor that came: close-on-exec, and the caller's to close. */
export interface ReceivedFd {
  fd: number;
}

/**
 * Descriptors over unix sockets, and what belongs to that. Nothing here waits: `again` says that the call would have had to,
 * see {@link untilTaken}. Descriptors are the process' own numbers; whoever has one closes it.
 */
export interface FdPassing {
  /** Two connected unix stream sockets, close-on-exec, blocking. */
  socketpair(): [number, number];
  /**
   * A unix stream socket connected to that path, close-on-exec, non-blocking; `again`: what listens there has its backlog
   * full.
   *
   * @throws ProxyError `socket_path_too_long`, `connect_failed`.
   */
  connect(path: string): number | 'again';
  /**
   * Sends the tag `F` with one descriptor. The receiver gets a duplicate: `fd` stays open, and the caller's.
   *
   * @param socketFd a connected unix stream socket to which nothing else is being written.
   * @throws ProxyError `fd_system_call`: a peer that is gone (EPIPE), a descriptor that is none (EBADF).
   */
  sendFd(socketFd: number, fd: number): 'sent' | 'again';
  /**
   * Takes the next byte, which must be the tag `F`, and the one descriptor that comes with it. On every failure whatever came
   * is closed, and the connection cannot be gone on with.
   *
   * @param socketFd a connected unix stream socket from which nobody else reads at this point.
   * @throws ProxyError `connection_ended`, `fd_missing`, `fd_bad_tag`, `fd_bad_control`, `fd_truncated`, `fd_exhausted`,
   *   `fd_system_call`.
   */
  recvFd(socketFd: number): ReceivedFd | 'again';
  /** Whether reads and writes of the open file wait. It is a property of the file: every holder of a duplicate sees it. */
  setBlocking(fd: number, isBlocking: boolean): void;
  /** Closes one that came or was made here; one that is closed already is left alone. What `node:fs` has opened is for `node:fs` to close. */
  close(fd: number): void;
}

let loading: Promise<FdPassing> | undefined;

/**
 * Descriptor passing of this process; loaded once, at the first call.
 *
 * @throws ProxyError `fd_unavailable` where there is none: not 64-bit Linux, or `koffi` is not installed. The hint says what
 *   to do.
 */
export function loadFdPassing(): Promise<FdPassing> {
  loading ??= loadLibc().then(fdPassingOn, (error: unknown) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

/** @param libc the system's functions. */
export function fdPassingOn(libc: Libc): FdPassing {
  closeWith((fd) => libc.close(fd));
  const message = new SocketMessage((bytes) => libc.addressOf(bytes));
  const pair = new Int32Array(2);

  return {
    socketpair() {
      if (libc.socketpair(afUnix, sockStream | sockCloexec, 0, pair) < 0) {
        throw systemCallError('socketpair', libc.errno());
      }
      const [one = -1, other = -1] = pair;
      return [one, other];
    },

    connect(path) {
      const address = unixAddress(path);
      const fd = libc.socket(afUnix, sockStream | sockCloexec | sockNonblock, 0);
      if (fd < 0) throw systemCallError('socket', libc.errno());
      for (;;) {
        if (libc.connect(fd, address, address.length) === 0) return fd;
        const errno = libc.errno();
        if (errno === eintr) continue;
        closeFd(fd);
        if (errno === eagain) return 'again';
        throw new ProxyError(`cannot connect to ${path}`, {
          code: 'connect_failed',
          isRetryable: true,
          cause: systemCallError('connect', errno),
          hint: 'check the path, its permissions, and whether something listens there',
          details: { path },
        });
      }
    },

    sendFd(socketFd, fd) {
      message.holdTagAnd(fd);
      for (;;) {
        if (libc.sendmsg(socketFd, message.bytes, msgNosignal | msgDontwait) === 1) return 'sent';
        const errno = libc.errno();
        if (errno === eagain) return 'again';
        if (errno !== eintr) throw systemCallError('sendmsg', errno);
      }
    },

    recvFd(socketFd) {
      for (;;) {
        message.clear();
        const count = libc.recvmsg(socketFd, message.bytes, msgDontwait | msgCmsgCloexec);
        if (count >= 0) return { fd: theOneFd(message, count) };
        const errno = libc.errno();
        if (errno === eagain) return 'again';
        if (errno !== eintr) throw systemCallError('recvmsg', errno, { isFatal: true });
      }
    },

    setBlocking(fd, isBlocking) {
      const flags = libc.fcntl(fd, fGetfl, 'int', 0);
      if (flags < 0) throw systemCallError('fcntl', libc.errno());
      const wanted = isBlocking ? flags & ~oNonblock : flags | oNonblock;
      if (wanted !== flags && libc.fcntl(fd, fSetfl, 'int', wanted) < 0) throw systemCallError('fcntl', libc.errno());
    },

    close: closeFd,
  };
}

/** Checks in the order of docs/protocol.md, Descriptors. Whatever came with a message that fails is closed. */
function theOneFd(message: SocketMessage, count: number): number {
  const { fds, messageCount } = readControl(message);
  const failure = failureOf(message, count, fds, messageCount);
  const [fd] = fds;
  if (failure === undefined && fd !== undefined) return fd;
  for (const each of fds) closeFd(each);
  throw failure ?? new ProxyError('no descriptor', { code: 'fd_missing', isFatal: true });
}

function failureOf(
  { tag, isTruncated }: SocketMessage,
  count: number,
  fds: readonly number[],
  messageCount: number,
): ProxyError | undefined {
  const fatal = (text: string, code: 'fd_missing' | 'fd_bad_tag' | 'fd_bad_control', hint?: string) =>
    new ProxyError(`reading a descriptor: ${text}`, { code, text, isFatal: true, hint });

  if (count === 0) {
    return new ProxyError('the peer ended the connection where a descriptor was due', {
      code: 'connection_ended',
      text: 'EOF',
      isFatal: true,
      isRetryable: true,
    });
  }
  if (isTruncated && fds.length === 0) {
    return new ProxyError('a descriptor came, but this process had no free number for it', {
      code: 'fd_exhausted',
      isFatal: true,
      isRetryable: true,
      hint: 'raise the limit of open files (ulimit -n), or close what is not used',
    });
  }
  if (isTruncated) {
    return new ProxyError(`more than the ${fds.length} descriptors that there is room for came at once`, {
      code: 'fd_truncated',
      isFatal: true,
      details: { count: fds.length },
    });
  }
  if (messageCount === 0)
    return fatal('no out of band data read', 'fd_missing', 'an earlier plain read may have lost it');
  if (tag !== fdTag) {
    return fatal("couldn't read fd passing tag", 'fd_bad_tag', `expected byte 0x46, got 0x${tag.toString(16)}`);
  }
  if (messageCount !== 1) return fatal(`unexpected number of control messages (${messageCount})`, 'fd_bad_control');
  if (fds.length !== 1) return fatal(`unexpected number of fds (${fds.length})`, 'fd_bad_control');
  return undefined;
}

/** The one byte of data that a descriptor travels with: `F`. */
export const fdTag = 0x46;

// Linux, the same on every architecture that libc.ts takes.
const afUnix = 1;
const sockStream = 1;
const sockCloexec = 0o2000000;
const sockNonblock = 0o4000;
const msgDontwait = 0x40;
const msgNosignal = 0x4000;
const msgCmsgCloexec = 0x40000000;
const fGetfl = 3;
const fSetfl = 4;
const oNonblock = 0o4000;
const eintr = 4;
const eagain = 11;

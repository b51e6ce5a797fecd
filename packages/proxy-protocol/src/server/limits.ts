/** What a proxy takes of its peers. Beyond a limit something is refused or ended, never the process. */
export interface ProxyLimits {
  /** Connections to the proxy's socket at a time, ≥ 1; one more is closed at once. Default 4096. */
  maxConnections: number;
  /** Containers known at a time, ≥ 1; one more is refused. Default 1024. */
  maxContainers: number;
  /** Streams of a container that are open at a time, v2's descriptors and v3's tokens together, ≥ 1. Default 1024. */
  maxSessions: number;
  /** Body of a v2 request, bytes. Default 1 MiB, for `compat: '2.0.0'` just below 16 MiB. */
  maxBodyBytes: number | undefined;
  /** Payload of a v3 frame, bytes. Default 1 MiB. */
  maxPayloadBytes: number;
  /** Packet from an agent, bytes; a larger one ends the VM's connection. Default 1 MiB. */
  maxPacketBytes: number;
  /**
   * Output that waits for one reader, bytes: a descriptor of v2, a shim's connection of v3, or a token that no shim has. A reader
   * that is farther behind is ended. Default 8 MiB.
   */
  maxUnsentBytes: number;
  /** Output that waits for all readers together, bytes: beyond it, those with more than 256 KiB are ended. Default 256 MiB. */
  maxTotalUnsentBytes: number;
  /**
   * Milliseconds that the output of a whole VM waits for a reader that is more than 256 KiB behind and reads nothing, where others
   * share the VM with it; half as long for the next such reader, and so on. Default 200.
   */
  stallMs: number;
}

export const defaultLimits: ProxyLimits = {
  maxConnections: 4096,
  maxContainers: 1024,
  maxSessions: 1024,
  maxBodyBytes: undefined,
  maxPayloadBytes: 1024 * 1024,
  maxPacketBytes: 1024 * 1024,
  maxUnsentBytes: 8 * 1024 * 1024,
  maxTotalUnsentBytes: 256 * 1024 * 1024,
  stallMs: 200,
};

/** How long a proxy waits. Milliseconds; 0 waits for ever. */
export interface ProxyTimeouts {
  /** For READY, after hello or RegisterVM. Default 0, as the originals. */
  readyMs: number;
  /** For the agent's answer to a command. Default 30,000; the originals wait for ever. */
  agentMs: number;
  /** v3: for the shim of a token, and for its process. Default 30,000, as the original. */
  waitMs: number;
  /** For a peer that does not read the rest of what it is sent before its connection is closed. Default 3000. */
  lingerMs: number;
}

export const defaultTimeouts: ProxyTimeouts = { readyMs: 0, agentMs: 30_000, waitMs: 30_000, lingerMs: 3000 };

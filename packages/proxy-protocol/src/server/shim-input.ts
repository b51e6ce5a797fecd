import { ioHeaderBytes, writeIoHeader } from '../wire/hyperstart/io-packet.js';
import type { ReadGate } from './read-gate.js';
import type { TokenSession } from './token-session.js';
import type { Vm } from './vm.js';

const nothing = new Uint8Array(0);

/** What a shim's connection writes to stdin of its process: what came at once for a VM leaves at once. */
export class ShimInput {
  readonly #gate: ReadGate;
  #chunk: Uint8Array = nothing;
  /** Whose stdin waits to be sent. */
  #vm: Vm | undefined;

  /** @param gate of the connection: it is not read while the VM takes no more. */
  constructor(gate: ReadGate) {
    this.#gate = gate;
  }

  /** Frames are read from this chunk from now on. */
  came(chunk: Uint8Array): void {
    this.#chunk = chunk;
  }

  /** Takes the payload of a frame. */
  write({ vm, ioBase }: TokenSession, payload: Uint8Array): void {
    const packet = this.#withHeader(payload);
    writeIoHeader(packet, 0, BigInt(ioBase), payload.length);
    if (vm !== this.#vm) this.flush();
    this.#vm = vm;
    vm.io.write(packet);
  }

  flush(): void {
    this.#vm?.io.flushInput(this.#gate);
    this.#vm = undefined;
  }

  /** Room for a packet's header in front of the payload: that of the frame's own, where both came in the last chunk. */
  #withHeader(payload: Uint8Array): Uint8Array {
    const from = payload.byteOffset - ioHeaderBytes;
    if (payload.buffer === this.#chunk.buffer && payload.length > 0 && from >= this.#chunk.byteOffset) {
      return Buffer.from(payload.buffer, from, ioHeaderBytes + payload.length);
    }
    const packet = Buffer.alloc(ioHeaderBytes + payload.length);
    packet.set(payload, ioHeaderBytes);
    return packet;
  }
}

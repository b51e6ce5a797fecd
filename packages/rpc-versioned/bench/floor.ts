import type { WebSocket } from 'ws';

/**
 * The smallest possible peers on plain `ws`: one JSON.parse and one JSON.stringify a call, a map of pending calls, no
 * checks. What the package's two halves are measured against.
 */
export interface Caller {
  call(method: string, argument: unknown): Promise<unknown>;
}

interface Answer {
  id: number;
  result: { Result?: unknown };
}

export function floorCaller(socket: WebSocket): Caller {
  const pending = new Map<number, (result: unknown) => void>();
  let nextId = 0;
  socket.on('message', (data: Buffer) => {
    const { id, result } = JSON.parse(data.toString()) as Answer;
    const resolve = pending.get(id);
    pending.delete(id);
    resolve?.(result.Result);
  });
  return {
    call: (method, argument) =>
      new Promise((resolve) => {
        const id = nextId++;
        pending.set(id, resolve);
        socket.send(`${JSON.stringify({ method, params: [argument], id })}\n`, { binary: true });
      }),
  };
}

/** Answers each call with what `result` has for it. */
export function floorAnswerer(socket: WebSocket, result: (method: string, argument: unknown) => unknown): void {
  socket.on('message', (data: Buffer) => {
    const { method, params, id } = JSON.parse(data.toString()) as { method: string; params: unknown[]; id: number };
    socket.send(`${JSON.stringify({ id, result: result(method, params[0]), error: null })}\n`, { binary: true });
  });
}

import type { WebSocket } from 'ws';

/**
 * The smallest possible peers on plain `ws`: one JSON.parse and one JSON.stringify a call, a map of pending calls, no
 * checks. What the package's two halves are measured against.
 */
export interface FloorCaller {
  call(facade: string, version: number, method: string, params: unknown): Promise<unknown>;
}

interface Answer {
  'request-id': number;
  response: unknown;
}

interface Request {
  'request-id': number;
  type: string;
  request: string;
  params: unknown;
}

export function floorCaller(socket: WebSocket): FloorCaller {
  const pending = new Map<number, (response: unknown) => void>();
  let lastId = 0;
  socket.on('message', (data: Buffer) => {
    const answer = JSON.parse(data.toString()) as Answer;
    const resolve = pending.get(answer['request-id']);
    pending.delete(answer['request-id']);
    resolve?.(answer.response);
  });
  return {
    call: (type, version, request, params) =>
      new Promise((resolve) => {
        const id = ++lastId;
        pending.set(id, resolve);
        socket.send(`${JSON.stringify({ 'request-id': id, type, version, request, params })}\n`);
      }),
  };
}

/** Answers each call with what `result` has for it. */
export function floorAnswerer(socket: WebSocket, result: (name: string) => unknown): void {
  socket.on('message', (data: Buffer) => {
    const request = JSON.parse(data.toString()) as Request;
    const response = result(`${request.type}.${request.request}`);
    socket.send(`${JSON.stringify({ 'request-id': request['request-id'], response })}\n`);
  });
}

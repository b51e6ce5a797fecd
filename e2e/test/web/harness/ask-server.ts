/** Asks a server as a program with a token does. */
export type AskServer = (method: string, path: string, body?: unknown) => Promise<unknown>;

/** @returns a function that gives the parsed answer, and fails with its text when the server refuses. */
export function askServer({ url, token }: { url: string; token: string }): AskServer {
  return async (method, path, body) => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status}: ${text}`);
    return text === '' || !/json/.test(response.headers.get('content-type') ?? '') ? text : JSON.parse(text);
  };
}

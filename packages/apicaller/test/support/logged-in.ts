import { apiOpen, type Connection, type OpenOptions } from '@moorline/apicaller';
import { onTestFinished } from 'vitest';
import { type StubConnection, type StubController, startStub, type StubOptions } from './stub-controller.js';

export const modelUuid = '9f5b1c2e-0000-4000-8000-00000000000a';
export const modelTag = `model-${modelUuid}`;
export const controllerTag = 'controller-9f5b1c2e-0000-4000-8000-0000000000c0';

/** The result of a login, as the captures have it. */
export const loginResult = {
  servers: [[{ value: '10.0.0.7', type: 'ipv4', scope: 'local-cloud', port: 17070 }]],
  'model-tag': modelTag,
  'controller-tag': controllerTag,
  facades: [
    { name: 'Agent', versions: [2, 3] },
    { name: 'Pinger', versions: [1] },
  ],
  'server-version': '3.6.11',
};

/** Both ends of a connection on which a machine has logged in. */
export interface LoggedIn {
  stub: StubController;
  peer: StubConnection;
  connection: Connection;
  /** Each text that came in after the login. */
  received: string[];
}

/** Opens a connection to a stub that lets it log in; what comes after is handed to `onText`. */
export async function logIn(
  onText: (text: string, peer: StubConnection) => void = () => undefined,
  options: OpenOptions = {},
  stubOptions: StubOptions = {},
): Promise<LoggedIn> {
  const received: string[] = [];
  const stub = await startStub({
    ...stubOptions,
    onConnection: (peer) => {
      peer.onText = () => {
        peer.onText = (text) => {
          received.push(text);
          onText(text, peer);
        };
        peer.sendText(JSON.stringify({ 'request-id': 1, response: loginResult }));
      };
    },
  });
  const address = stubOptions.isPlain === true ? `ws://${stub.address}` : stub.address;
  const connection = await apiOpen(
    { addrs: [address], caCert: stub.certificate.cert, modelTag, tag: 'machine-0', password: 'pw', nonce: 'n' },
    { retryDelayMs: 0, allowInsecureWs: true, ...options },
  );
  onTestFinished(() => connection.close().catch(() => undefined));
  const [peer] = stub.connections;
  if (peer === undefined) throw new Error('nobody came');
  return { stub, peer, connection, received };
}

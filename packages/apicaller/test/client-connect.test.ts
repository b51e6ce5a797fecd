import { AgentFile, apiOpen, onlyConnect, type OpenFunc, scaryConnect } from '@moorline/apicaller';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../tools/testenv/temporary-folder.js';
import { capturedError, captures, payloadOf } from './support/captures.js';
import { controllerTag, modelTag } from './support/logged-in.js';
import { startStub, type StubConnection } from './support/stub-controller.js';
import { hasVectors, type VectorLine } from './support/vectors.js';

const placeholder = 'NEW+RANDOM/24+CHARACTERS';

/** What the attempts of row 11 end with when there are no more of them. */
const neverProvisioned: Partial<Record<string, string>> = {
  'only-row11': 'machine 0 not provisioned (not provisioned)',
  'scary-row11': 'connection permanently impossible',
};

const isText = (line: VectorLine): boolean => line['frame'] === 'text';

/** The lines of one captured connection, counted from 1. */
const ofConnection = (lines: readonly VectorLine[], number: number): VectorLine[] =>
  lines.filter((line) => (line['conn'] ?? 1) === number && isText(line));

/** Plays the captured controller: each text that comes in must be the captured one, and is answered as it was. */
function playController(connection: StubConnection, script: readonly VectorLine[], received: string[]): void {
  let at = 0;
  connection.onText = (text) => {
    received.push(text);
    at++;
    for (let line = script[at]; line?.['from'] === 'stub'; line = script[++at]) connection.sendText(payloadOf(line));
  };
}

describe.skipIf(!hasVectors)('connects as captured', () => {
  it.each(captures('client-connect.ndjson'))('%s', async (name, lines) => {
    const received: string[][] = [];
    const stub = await startStub({
      onConnection: (connection) => {
        const texts: string[] = [];
        received.push(texts);
        playController(connection, ofConnection(lines, received.length), texts);
      },
    });
    const dataDir = temporaryFolder();
    const passwords = lines.filter(({ step }) => String(step).startsWith('apiOpen ')).map(({ password }) => password);
    const agent = await AgentFile.create(dataDir, {
      ...{ tag: 'machine-0', password: 'pw-old-0000000000000000000', nonce: 'machine-0:nonce' },
      ...{ apiAddresses: [stub.address], caCert: stub.certificate.cert, modelTag, controllerTag },
    });
    const [first] = passwords;
    if (first !== 'pw-old-0000000000000000000') {
      await agent.changeConfig((setter) => setter.setPassword(String(first)));
    }
    let changes = 0;
    const changed = lines.find(({ step }) => step === 'ChangeConfig called');
    const watched: typeof agent.changeConfig = async (change) => {
      changes++;
      if (typeof changed?.['returns'] === 'string') throw new Error(changed['returns']);
      await agent.changeConfig(change);
    };
    const opened: unknown[] = [];
    const open: OpenFunc = (info, options) => {
      opened.push(info.password);
      return apiOpen(info, { ...options, cliArgs: 'agentd machine --id 0', facadeVersions: { Agent: [3] } });
    };
    const strategy = name.startsWith('only-') ? onlyConnect : scaryConnect;
    const tries = passwords.length - 1;
    const connecting = strategy({ currentConfig: () => agent.currentConfig(), changeConfig: watched }, open, {
      provisionWait: { totalMs: 0, delayMs: 0, minAttempts: tries },
    });
    const outcome = await connecting.then(
      (connection) => ({ connection }),
      (error: unknown) => ({ error }),
    );
    if ('connection' in outcome) await outcome.connection.close();

    expect(opened).toEqual(passwords);
    const result = lines.find(({ step }) => step === 'connect');
    const { error } = outcome as { error?: { message: string } };
    if (result === undefined) {
      // The captured attempts go on for ten minutes, and were cut; here they end.
      expect(error?.message).toBe(neverProvisioned[name]);
    } else {
      expect(changes).toBe(result['changeConfigCalls']);
      expect('connection' in outcome).toBe(result['connection']);
      expect(error?.message).toBe(capturedError(result)?.text);
    }

    // Each text that left is what the original sent, but for the password that it made up.
    const fresh = agent.currentConfig().apiInfo()?.password ?? '';
    for (const [index, texts] of received.entries()) {
      const sent = ofConnection(lines, index + 1).filter(({ from }) => from === 'juju');
      const isReplaced = changed?.['apipasswordLen'] !== undefined;
      expect(texts.map((text) => (isReplaced ? text.replace(fresh, placeholder) : text))).toEqual(sent.map(payloadOf));
    }
    if (changed?.['apipasswordLen'] !== undefined) {
      expect(fresh).toHaveLength(24);
      expect(agent.currentConfig().oldPassword).toBe(changed['oldpassword']);
    }
  });
});

import { describe, expect, it } from 'vitest';
import { captures, type CapturedGeneration } from '../../../test/support/captures.js';
import { hyperCode, type HyperGeneration, hyperstartCodes, hyperstartName } from './commands.js';

const generations: [CapturedGeneration, HyperGeneration][] = [
  ['2.0.0', '2.0.0'],
  ['2.2.4', '2.2'],
  ['3.0.23', '3.0'],
];

describe('conformance 47: names of hyper commands', () => {
  it.each(generations.flatMap(([captured, generation]) => hypers(captured).map((hyper) => ({ generation, ...hyper }))))(
    '$generation: $name as captured in $capture',
    ({ generation, name, forwarded, refusal }) => {
      if (refusal !== undefined) {
        expect(() => hyperCode(name, generation)).toThrow(
          expect.objectContaining({ name: 'ProxyError', code: 'unknown_command', text: refusal }),
        );
      } else expect(hyperCode(name, generation)).toBe(forwarded);
    },
  );

  it('has the four names of 2.0 no longer since 2.2, and two more since 3.0', () => {
    const accepted = (generation: HyperGeneration) =>
      Object.keys(hyperstartCodes).filter((name) => {
        try {
          return hyperCode(name, generation) >= 0;
        } catch {
          return false;
        }
      });
    expect(accepted('2.0.0')).toHaveLength(21);
    const gone = accepted('2.0.0').filter((name) => !accepted('2.2').includes(name));
    expect(gone).toEqual(['getpod', 'restartcontainer', 'finishcmd', 'finishpod']);
    expect(accepted('3.0')).toEqual([...accepted('2.2'), 'removecontainer', 'pscontainer']);
  });

  it.each(['bogus', '', 'PING', 'constructor', '__proto__', 'toString', 'processasyncevent'])('refuses %j', (name) => {
    expect(() => hyperCode(name, '3.0')).toThrow(`unknown command '${name}'`);
  });

  it('names codes', () => {
    expect([hyperstartName(12), hyperstartName(24), hyperstartName(3), hyperstartName(2 ** 32 - 1)]).toEqual([
      'ping',
      'processasyncevent',
      undefined,
      undefined,
    ]);
  });
});

/** Names that captured clients sent, with the code that the proxy forwarded or the text with which it refused them. */
function hypers(generation: CapturedGeneration) {
  return captures(generation).flatMap(({ name: capture, lines }) => {
    const [, name] = lines.map(({ text }) => /"hyperName":"([^"]*)"/.exec(text)).find((found) => found !== null) ?? [];
    const code = lines.find(({ conn, from, bytes }) => conn === 'ctl' && from === 'proxy' && bytes.length > 0)
      ?.bytes[3];
    const [refusal] =
      lines.map(({ text }) => /unknown command '[^']*'/.exec(text)).find((found) => found !== null) ?? [];
    if (name === undefined || (code === undefined && refusal === undefined)) return [];
    return [{ capture, name, forwarded: code, refusal }];
  });
}

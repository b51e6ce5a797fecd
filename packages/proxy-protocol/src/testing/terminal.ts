/** What a terminal makes of keys: lines end in LF for the program, are echoed, and two keys are not for the program at all. */
export interface TerminalInput {
  input: Uint8Array;
  echo: Uint8Array;
  /** Ctrl-C was among the keys. */
  isInterrupt: boolean;
  /** Ctrl-D was. */
  isEnd: boolean;
}

const cr = 0x0d;
const lf = 0x0a;
const interruptKey = 0x03;
const endKey = 0x04;

/** Keys of a raw terminal at the other end. There is no editing of lines: what is typed is input at once. */
export function terminalInput(keys: Uint8Array): TerminalInput {
  const typed = keys.filter((key) => key !== interruptKey && key !== endKey);
  const input = typed.map((key) => (key === cr ? lf : key));
  return {
    input,
    echo: input,
    isInterrupt: keys.includes(interruptKey),
    isEnd: keys.includes(endKey),
  };
}

/** Output as a terminal shows it: LF also returns to the first column. */
export function terminalOutput(output: Uint8Array): Uint8Array {
  const ends = output.reduce((count, byte) => count + (byte === lf ? 1 : 0), 0);
  if (ends === 0) return output;
  const shown = new Uint8Array(output.length + ends);
  let at = 0;
  for (const byte of output) {
    if (byte === lf) shown[at++] = cr;
    shown[at++] = byte;
  }
  return shown;
}

/** What the agent answers with an error packet: its message is the payload. */
export class AgentFailure extends Error {}

/** A command's JSON, member by member. What is missing is empty, as the real agent reads it; what is of another kind is a failure. */
export class CommandReader {
  readonly #value: Readonly<Record<string, unknown>>;

  constructor(value: unknown) {
    if (typeof value !== 'object' || value === null) throw new AgentFailure('the command is no JSON object');
    this.#value = value as Readonly<Record<string, unknown>>;
  }

  /** @param payload of a control packet; none, `null` and `""` count as an object without members. */
  static of(payload: Uint8Array): CommandReader {
    const text = Buffer.from(payload.buffer, payload.byteOffset, payload.length).toString();
    if (text === '' || text === 'null' || text === '""') return new CommandReader({});
    try {
      return new CommandReader(JSON.parse(text));
    } catch {
      throw new AgentFailure('the command is no JSON object');
    }
  }

  text(name: string): string {
    return this.#member(name, 'string', '');
  }

  number(name: string): number {
    return this.#member(name, 'number', 0);
  }

  flag(name: string): boolean {
    return this.#member(name, 'boolean', false);
  }

  /** A stream number; 0n: none. */
  stream(name: string): bigint {
    const number = this.number(name);
    if (!Number.isSafeInteger(number) || number < 0) throw new AgentFailure(`${name} is no stream number`);
    return BigInt(number);
  }

  member(name: string): CommandReader {
    return new CommandReader(this.#value[name] ?? {});
  }

  list(name: string): CommandReader[] {
    return this.#array(name).map((each) => new CommandReader(each));
  }

  texts(name: string): string[] {
    return this.#array(name).map((each) => {
      if (typeof each !== 'string') throw new AgentFailure(`${name} is no list of strings`);
      return each;
    });
  }

  #array(name: string): unknown[] {
    const value = this.#value[name] ?? [];
    if (!Array.isArray(value)) throw new AgentFailure(`${name} is no list`);
    return value as unknown[];
  }

  #member(name: string, kind: 'string', fallback: string): string;
  #member(name: string, kind: 'number', fallback: number): number;
  #member(name: string, kind: 'boolean', fallback: boolean): boolean;
  #member(name: string, kind: string, fallback: unknown): unknown {
    const value = this.#value[name] ?? fallback;
    if (typeof value !== kind) throw new AgentFailure(`${name} is no ${kind}`);
    return value;
  }
}

import { LineProtocolError } from '../errors.js';
import type { JetStream } from './connection.js';
import { isNameInUse, isNotFound, toNatsError } from './failure.js';

/** A stream of JetStream. What is absent is as the server has it by default. */
export interface StreamOptions {
  /** No white space, `.`, `*`, `>`, `/` or `\`. */
  name: string;
  /** At least one; wildcards are allowed. */
  subjects: readonly string[];
  /** Default `file`. */
  storage?: 'file' | 'memory' | undefined;
  /** `limits` keeps messages until a limit is reached, `workqueue` until they are handled. Default `limits`. */
  retention?: 'limits' | 'interest' | 'workqueue' | undefined;
  /**
   * What happens at a limit: `new` refuses what comes, so that the publisher knows; `old` drops what waits without a
   * word. Default `new`.
   */
  discard?: 'new' | 'old' | undefined;
  /** Milliseconds; 0 = for ever. */
  maxAgeMs?: number | undefined;
  /** −1 = any. */
  maxBytes?: number | undefined;
  maxMessages?: number | undefined;
  /** How long an id is remembered, milliseconds, at most `maxAgeMs`. The server's default: two minutes. */
  duplicateWindowMs?: number | undefined;
  /** Copies in a cluster of servers: 1, 3 or 5. */
  replicas?: number | undefined;
}

/** A durable pull consumer. */
export interface ConsumerOptions {
  stream: string;
  name: string;
  filterSubject?: string | undefined;
  ackWaitMs: number;
}

/**
 * Creates the stream if there is none of its name. One that is there is compared, never changed.
 *
 * @throws LineProtocolError `config_mismatch` where the stream that is there differs in an option that was given;
 * `no_stream` where the server has no JetStream; and what else the connection makes of it.
 */
export async function ensureStream(jetstream: JetStream, options: StreamOptions): Promise<void> {
  const config = streamConfig(options);
  const { streams } = await manager(jetstream, `stream ${options.name}`);
  await ensure(`stream ${options.name}`, config, {
    info: () => streams.info(options.name),
    add: () => streams.add(config),
  });
}

/** The same for a durable consumer. */
export async function ensureConsumer(jetstream: JetStream, options: ConsumerOptions): Promise<void> {
  const { stream, name } = options;
  const config = consumerConfig(options);
  const { consumers } = await manager(jetstream, `consumer ${name}`);
  await ensure(`consumer ${name} of stream ${stream}`, config, {
    info: () => consumers.info(stream, name),
    add: () => consumers.add(stream, config),
  });
}

interface Made {
  info(): Promise<{ readonly config: object }>;
  add(): Promise<unknown>;
}

async function ensure(what: string, config: object, made: Made): Promise<void> {
  const found = await find(what, made);
  if (found !== undefined) {
    compare(what, config, found.config);
    return;
  }
  try {
    await made.add();
  } catch (error) {
    // Another process was quicker.
    const other = isNameInUse(error) ? await find(what, made) : undefined;
    if (other === undefined) throw toNatsError(error, `creating ${what}`);
    compare(what, config, other.config);
  }
}

async function find(what: string, made: Made): Promise<{ readonly config: object } | undefined> {
  try {
    return await made.info();
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw toNatsError(error, `looking for ${what}`);
  }
}

function compare(what: string, wanted: object, found: object): void {
  const differing = Object.entries(wanted).filter(
    ([key, value]) => JSON.stringify(value) !== JSON.stringify(Reflect.get(found, key)),
  );
  if (differing.length === 0) return;
  const list = differing.map(
    ([key, value]) => `${key} is ${JSON.stringify(Reflect.get(found, key))}, not ${JSON.stringify(value)}`,
  );
  throw new LineProtocolError(`${what} exists with another configuration: ${list.join('; ')}`, {
    code: 'config_mismatch',
    hint: 'Change the options to what is there, or have an administrator change or delete it.',
    details: { keys: differing.map(([key]) => key) },
  });
}

async function manager(jetstream: JetStream, what: string): ReturnType<JetStream['jetstreamManager']> {
  try {
    return await jetstream.jetstreamManager(false);
  } catch (error) {
    throw toNatsError(error, `looking for ${what}`);
  }
}

function streamConfig(options: StreamOptions): { name: string } {
  const { name, subjects, storage = 'file', retention = 'limits', discard = 'new' } = options;
  return {
    name,
    ...defined({
      subjects: [...subjects],
      storage,
      retention,
      discard,
      max_age: nanoseconds(options.maxAgeMs),
      max_bytes: options.maxBytes,
      max_msgs: options.maxMessages,
      duplicate_window: nanoseconds(options.duplicateWindowMs),
      num_replicas: options.replicas,
    }),
  };
}

/**
 * Without bounds of the server's: a message that it stopped to deliver would be lost without a word, and one that waits
 * for another must not keep that from coming.
 */
function consumerConfig({ name, filterSubject, ackWaitMs }: ConsumerOptions): object {
  return defined({
    durable_name: name,
    ack_policy: 'explicit',
    deliver_policy: 'all',
    ack_wait: nanoseconds(ackWaitMs),
    max_deliver: -1,
    max_ack_pending: -1,
    filter_subject: filterSubject,
  });
}

function nanoseconds(milliseconds: number | undefined): number | undefined {
  return milliseconds === undefined ? undefined : Math.round(milliseconds * 1e6);
}

function defined(config: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined));
}

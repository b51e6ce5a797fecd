import { difference, differenceInAnyOrder } from '../../../../tools/testenv/captured-text.js';
import { type Exchange, fill } from '../../../../tools/testenv/cc-captures.js';
import { jobList } from '../support.js';
import type { Instance } from './instance.js';
import { type Received, send } from './send.js';

/** What one captured exchange came to. */
export interface Outcome {
  id: string;
  status: number;
  /** Where the answer parts from the captured one; undefined where it does not. */
  parted: string | undefined;
}

/** Replays the exchanges and steps of one instance in their order. */
export async function replay(instance: Instance, exchanges: readonly Exchange[]): Promise<Outcome[]> {
  const replayed = new Replay(instance);
  const outcomes: Outcome[] = [];
  for (const group of groupsOf(exchanges)) outcomes.push(...(await replayed.group(group)));
  return outcomes;
}

/** Lines that are sent together, each other line alone. */
function groupsOf(exchanges: readonly Exchange[]): Exchange[][] {
  const groups: Exchange[][] = [];
  for (const exchange of exchanges) {
    const last = groups.at(-1);
    if (exchange.parallel !== undefined && last?.[0]?.parallel === exchange.parallel) last.push(exchange);
    else groups.push([exchange]);
  }
  return groups;
}

class Replay {
  readonly #instance: Instance;
  /** Values of placeholders. */
  readonly #names = new Map<string, string>();
  /** Session cookies by user. */
  readonly #sessions = new Map([['broken', 'session=broken']]);

  constructor(instance: Instance) {
    this.#instance = instance;
  }

  async group(group: readonly Exchange[]): Promise<Outcome[]> {
    const [first] = group;
    if (first?.step !== undefined) {
      await this.#step(first);
      return [];
    }
    const answers = await Promise.all(group.map((exchange) => this.#send(exchange)));
    // Who of those sent together is served first is nobody's promise: the statuses are, as a multiset.
    if (group.length > 1) answers.sort((a, b) => a.status - b.status);
    return group.map((exchange, index) => {
      const answer = answers[index];
      if (answer === undefined) throw new Error(`${exchange.id} was not answered`);
      return { id: exchange.id, status: answer.status, parted: this.#compare(exchange, answer, group.length > 1) };
    });
  }

  async #step({ step, bind, why }: Exchange): Promise<void> {
    switch (step) {
      case 'commit':
        return; // A start is stored when it is answered.
      case 'wait':
        if (why?.includes('archiving') !== true) throw new Error(`do not know how to wait for ${why}`);
        return this.#instance.archived();
      case 'base-time': {
        const minute = Math.ceil(Date.now() / 60_000) * 60;
        this.#names.set('T', String(minute));
        await this.#instance.setClock(minute * 1000);
        return;
      }
      case 'bind':
        return this.#bind(bind ?? {});
      case 'fs':
        return; // There is no archive of files whose one entry could be lost.
      default:
        throw new Error(`do not know the step ${step}`);
    }
  }

  async #send({ method, path, auth, requestHeaders, requestBody }: Exchange): Promise<Received> {
    const { url, agent } = this.#instance;
    const secret = this.#secretOf(auth);
    const headers = Object.fromEntries(
      Object.entries(requestHeaders).map(([name, value]) => [
        name,
        value.replace(/^(Bearer )?TOKEN$/i, (text) => text.replace('TOKEN', secret)),
      ]),
    );
    const body = requestBody === null ? null : fill(requestBody, this.#names, '0');
    const answer = await send({ method, url: url + fill(path, this.#names, '0'), headers, body }, agent);
    this.#remember(body, answer);
    return answer;
  }

  #secretOf(auth: string | null): string {
    if (auth === null) return '';
    const [kind, user = ''] = auth.split(':');
    return kind === 'session' ? (this.#sessions.get(user) ?? '') : this.#instance.token(auth);
  }

  /** Whoever logged in has a session from now on. */
  #remember(body: string | null, { headers }: Received): void {
    const user = new URLSearchParams(body ?? '').get('username');
    const cookie = headers.get('set-cookie')?.[0]?.split(';', 1)[0];
    if (user !== null && cookie !== undefined) this.#sessions.set(user, cookie);
  }

  #compare(exchange: Exchange, { status, headers, text }: Received, isOneOfMany: boolean): string | undefined {
    if (status !== exchange.status) return `status ${status}, not ${exchange.status}: ${text.slice(0, 200)}`;
    if (isOneOfMany) return undefined;
    return this.#compareHeaders(exchange, headers) ?? this.#compareBody(exchange, text);
  }

  #compareHeaders({ responseHeaders, responseBody }: Exchange, headers: Received['headers']): string | undefined {
    const type = headers.get('content-type')?.join();
    // The original sends some of them twice.
    const types = [responseHeaders['content-type']].flat();
    if (!types.includes(type)) return `content-type ${type}, not ${types.join(' and ')}`;
    for (const [name, value] of Object.entries(responseHeaders)) {
      if (name === 'content-type' || (name === 'content-length' && responseBody === '{{GZIP}}')) continue;
      const got = elementsOf(headers.get(name) ?? []);
      const isAsCaptured = name === 'set-cookie' ? got !== '' : got === elementsOf([value].flat());
      if (!isAsCaptured) return `${name} ${got}, not ${[value].flat().join()}`;
    }
    return undefined;
  }

  #compareBody({ responseBody, order }: Exchange, text: string): string | undefined {
    const expected = fillTimes(responseBody ?? '', this.#names);
    if (expected === '{{JWT}}') return /^[\w-]+\.[\w-]+\.[\w-]+$/.test(text) ? undefined : `no token: ${text}`;
    const compare = order === 'free' && !expected.includes('{{ANY}}') ? differenceInAnyOrder : difference;
    return compare(expected, text, this.#names);
  }

  /** Row ids that the captures name, read from the list. */
  async #bind(wanted: NonNullable<Exchange['bind']>): Promise<void> {
    const { url, agent } = this.#instance;
    const headers = { 'x-auth-token': this.#instance.token('A') };
    const { text } = await send(
      { method: 'GET', url: `${url}/api/jobs/?items-per-page=1000`, headers, body: null },
      agent,
    );
    const { jobs } = jobList.parse(JSON.parse(text));
    for (const [name, { cluster, jobId, startTime }] of Object.entries(wanted)) {
      const start = Number(fill(String(startTime), this.#names, ''));
      const job = jobs.find(
        (one) => one['cluster'] === cluster && one.jobId === Number(jobId) && one['startTime'] === start,
      );
      // One that the original stored wrongly is not there.
      if (job !== undefined) this.#names.set(name, String(job.id));
    }
  }
}

/** The elements of a header that is a list, in one form: order and the number of lines mean nothing there. */
const elementsOf = (values: readonly (string | boolean)[]): string =>
  values
    .flatMap((value) => String(value).split(', '))
    .map((element) => element.toLowerCase())
    .sort()
    .join(', ');

const fillTimes = (body: string, names: ReadonlyMap<string, string>): string =>
  body.replace(/\{\{T([+-]\d+)?\}\}/g, (placeholder) => fill(placeholder, names, ''));

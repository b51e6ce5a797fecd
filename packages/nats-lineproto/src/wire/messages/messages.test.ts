import { describe, expect, it } from 'vitest';
import { decode } from '../decode.js';
import { buildNodeStateMessage, buildStartJobMessage, buildStopJobMessage } from './build-message.js';
import type { StopJobPayload } from './payloads.js';
import { readMessages } from './read-messages.js';

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();
const read = (line: string, options = {}): unknown[] => [...readMessages(Buffer.from(line), options)];
const event = (payload: unknown): string => JSON.stringify(JSON.stringify(payload));
const ns = '1700000000000000000';

describe('builders', () => {
  it('#N20 keep quotes, line feeds, backslashes and non-ASCII of a job', () => {
    const job = {
      jobId: 1,
      cluster: 'fritz',
      startTime: 1_700_000_000,
      metaData: { jobName: '"a\\b"\n\té😀\u2028', n: null },
    };
    const bytes = buildStartJobMessage(job, job.startTime);
    expect(text(bytes)).toMatch(/^job,function=start_job event="\{\\"jobId\\":1,.*\}" 1700000000000000000\n$/su);
    const [point] = decode(bytes);
    expect(point?.type === 'point' && JSON.parse(String(point.field('event')?.value))).toEqual(job);
    expect([...readMessages(bytes)]).toEqual([
      {
        type: 'start_job',
        convention: 'function',
        json: JSON.stringify(job),
        payload: job,
        cluster: 'fritz',
        jobId: 1,
        startTime: 1_700_000_000,
        tags: [{ key: 'function', value: 'start_job' }],
        time: 1_700_000_000_000_000_000n,
        seconds: 1_700_000_000,
      },
    ]);
  });

  it('#N21 write a stop with the keys that ClusterCockpit accepts, and no others', () => {
    const stop = { jobId: 1, cluster: 'c', startTime: 5, jobState: 'completed', stopTime: 9 };
    expect(text(buildStopJobMessage(stop, 9n))).toBe(`job,function=stop_job event=${event(stop)} 9\n`);
    const more: StopJobPayload = { ...stop, ...{ exitCode: 1 } };
    expect(() => buildStopJobMessage(more, 9)).toThrow(/"exitCode"/);
  });

  it('#N21 write node states without tags and without a comma behind the measurement', () => {
    const states = {
      cluster: 'c',
      nodes: [
        { hostname: 'h', states: ['IDLE'], cpusAllocated: 0, memoryAllocated: 0, gpusAllocated: 0, jobsRunning: 0 },
      ],
    };
    expect(text(buildNodeStateMessage(states, 5))).toBe(`nodestate event=${event(states)} 5000000000\n`);
    const more = { cluster: 'c', nodes: [{ hostname: 'h', ...{ uptime: 1 } }] };
    expect(() => buildNodeStateMessage(more, 5)).toThrow(/"uptime"/);
    expect(() => buildNodeStateMessage({ ...more, ...{ x: 1 } }, 5)).toThrow(/"x"/);
  });

  it("write further tags, sorted among the message's own, which cannot be replaced", () => {
    const options = { tags: { hostname: 'h', cluster: 'c' } };
    expect(text(buildStartJobMessage({}, 0, options))).toBe(
      'job,cluster=c,function=start_job,hostname=h event="{}" 0\n',
    );
    expect(text(buildNodeStateMessage({ cluster: 'c', nodes: [] }, 0, options))).toMatch(
      /^nodestate,cluster=c,hostname=h /,
    );
    expect(() => buildStartJobMessage({}, 0, { tags: { function: 'x' } })).toThrow(/"function"/);
  });

  it('refuse what is no JSON object', () => {
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    for (const job of [circular, { n: 5n }, [], { toJSON: () => undefined }, new Date(0)]) {
      expect(() => buildStartJobMessage(job, 0)).toThrow(/payload of start_job/);
    }
  });

  it('refuse a time that is not whole', () => expect(() => buildStartJobMessage({}, 1.5)).toThrow(/whole seconds/));
});

describe('readMessages', () => {
  it('reads both conventions', () => {
    const messages = read(
      `job,function=stop_job event=${event({ jobId: 1 })} 5\nstop_job,hostname=h event=${event({ jobId: 2 })} 5\nstart_job event="{}" 5`,
    );
    expect(messages).toMatchObject([
      { type: 'stop_job', convention: 'function', jobId: 1 },
      { type: 'stop_job', convention: 'measurement', jobId: 2, tags: [{ key: 'hostname', value: 'h' }] },
      { type: 'start_job', convention: 'measurement', jobId: undefined, cluster: undefined, startTime: undefined },
    ]);
  });

  it('reads node states, with tags or without', () => {
    expect(read(`nodestate,source=x event=${event({ cluster: 'c', nodes: [] })} -5`)).toMatchObject([
      { type: 'nodestate', cluster: 'c', payload: { cluster: 'c', nodes: [] }, time: -5n, seconds: -1 },
    ]);
  });

  it.each([
    ['unknown_measurement', `jobs,function=start_job event="{}" ${ns}`],
    ['missing_function', `job event="{}" ${ns}`],
    ['unknown_function', `job,function=bogus event="{}" ${ns}`],
    ['missing_event', `job,function=start_job value=1 ${ns}`],
    ['missing_event', `job,function=start_job Event="{}" ${ns}`],
    ['event_not_string', `job,function=start_job event=1 ${ns}`],
    ['missing_timestamp', 'job,function=start_job event="{}"'],
    ['missing_timestamp', 'nodestate event="{}"'],
    ['invalid_json', `nodestate event="{not json" ${ns}`],
    ['invalid_json', `job,function=start_job event="" ${ns}`],
    ['json_not_object', `job,function=start_job event="[]" ${ns}`],
    ['json_not_object', `job,function=start_job event="null" ${ns}`],
    ['syntax', `job, event="{}" ${ns}`],
    ['syntax', `job,function=stop_job,partition= event="{}" ${ns}`],
    ['syntax', `job,function=start_job event="{}" 17.5`],
  ])('#N22 reports %s: %s', (kind, line) => {
    const [bad, good, ...more] = read(`${line}\njob,function=start_job event="{}" 5\n`);
    expect(bad).toMatchObject({ type: 'bad', kind, entry: 1 });
    expect(good).toMatchObject({ type: 'start_job', time: 5n });
    expect(more).toEqual([]);
  });

  it('tells where a syntax error lies, and what JSON.parse threw', () => {
    expect(read('job, event="x" 5')).toMatchObject([
      { kind: 'syntax', error: { kind: 'measurement', line: 1, column: 5 } },
    ]);
    expect(read('nodestate event="{" 5')).toMatchObject([{ kind: 'invalid_json', measurement: 'nodestate' }]);
    const [bad] = readMessages(Buffer.from('nodestate event="{" 5'));
    expect(bad?.type === 'bad' && bad.cause).toBeInstanceOf(SyntaxError);
  });

  it('keeps the payload out of its reasons', () => {
    for (const message of readMessages(Buffer.from('nodestate event="secret" 5\nnodestate event="[\\"secret\\"]" 5'))) {
      expect(message.type === 'bad' && message.reason).not.toContain('secret');
    }
  });

  it('#N8 reads nothing from an empty payload', () => expect(read('')).toEqual([]));

  it('#N9 passes over CRLF, comments and blank lines', () => {
    expect(read('# c\r\n\r\n  \njob,function=start_job event="{}" 5\r\n')).toMatchObject([{ type: 'start_job' }]);
  });

  it('takes the last of two functions and of two events, as the original does', () => {
    expect(read('job,function=x,function=stop_job event="{}",event="{\\"jobId\\":7}" 5')).toMatchObject([
      { type: 'stop_job', jobId: 7 },
    ]);
  });

  it('reads, when tolerant, what the InfluxDB client for Go writes', () => {
    const lines = 'start_job, event="{}" 5\njob,function=stop_job,partition= event="{}" 5\n';
    expect(read(lines, { tolerant: true })).toMatchObject([{ type: 'start_job' }, { type: 'stop_job' }]);
  });

  it('keeps the digits of a number beyond 2^53 in the JSON', () => {
    const [message] = readMessages(Buffer.from('job,function=stop_job event="{\\"jobId\\":9007199254740993}" 5'));
    expect(message).toMatchObject({ type: 'stop_job', json: '{"jobId":9007199254740993}', jobId: undefined });
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeMetricSamples, type DecodedMetricSamples } from './decode-metric-samples.js';
import { readMetricSamples } from './read-metric-samples.js';

const now = 1_700_000_500_999;
const known = new Set(['load_one', 'cpu_user', 'node_power', 'mem_used']);
const options = { defaultCluster: 'demo', now, isMetric: (name: string) => known.has(name) };
const read = (body: string): DecodedMetricSamples => decodeMetricSamples(Buffer.from(body), options);
const node = (host: string, value: number, time: number, metric = 'load_one'): object => ({
  cluster: 'demo',
  host,
  metric,
  time,
  value,
});

describe('decodeMetricSamples', () => {
  it('#140 reads a line of a node', () => {
    expect(read('load_one,hostname=n01,type=node value=1.5 1700000000\n')).toEqual({
      samples: [node('n01', 1.5, 1_700_000_000)],
      dropped: 0,
    });
  });

  it('#141 reads the tags cluster and host, and integers', () => {
    expect(read('load_one,cluster=other,host=n01 value=2i 1700000000\nload_one,host=n01 value=3u 1').samples).toEqual([
      { cluster: 'other', host: 'n01', metric: 'load_one', time: 1_700_000_000, value: 2 },
      { cluster: 'other', host: 'n01', metric: 'load_one', time: 1, value: 3 },
    ]);
  });

  it('#142 passes over lines of other metrics, whatever is wrong with them', () => {
    expect(
      read(
        'nosuch,hostname=n01 v=1 5\nnosuch,hostname= value=1\nnosuch value=1x 5\nnosuch value="a\nload_one,hostname=n01 value=1 5',
      ),
    ).toEqual({ samples: [], dropped: 0 });
    expect(read('nosuch,hostname=n01 v=t 5\nnosuch,=x\nload_one,hostname=n02 value=1 5')).toEqual({
      samples: [node('n02', 1, 5)],
      dropped: 0,
    });
  });

  it('#143 refuses other fields', () => {
    expect(read('load_one,hostname=n07 v=1 5').error).toBe(
      "host n07: unknown field: 'v' (value: lineprotocol.Value{number:0x3ff0000000000000, bytes:[]uint8{0x66}})",
    );
    expect(read('load_one v=-5i').error).toBe(
      "host : unknown field: 'v' (value: lineprotocol.Value{number:0xfffffffffffffffb, bytes:[]uint8{0x69}})",
    );
    expect(read('load_one v=7u').error).toBe(
      "host : unknown field: 'v' (value: lineprotocol.Value{number:0x7, bytes:[]uint8{0x75}})",
    );
    expect(read('load_one v=t').error).toBe(
      "host : unknown field: 'v' (value: lineprotocol.Value{number:0x1, bytes:[]uint8{0x62}})",
    );
    expect(read('load_one v="ab"').error).toBe(
      "host : unknown field: 'v' (value: lineprotocol.Value{number:0x0, bytes:[]uint8{0x61, 0x62}})",
    );
  });

  it('#144 refuses booleans and strings', () => {
    expect(read('load_one,hostname=n07 value=t 5').error).toBe('host n07: unsupported value type in message: bool');
    expect(read('load_one,hostname=n07 value="s" 5').error).toBe('host n07: unsupported value type in message: string');
  });

  it('#145 keeps the samples before an error, and reads none behind it', () => {
    expect(
      read('mem_used,hostname=n07 value=10 1\nmem_used,hostname=n07 value=oops 2\nmem_used,hostname=n07 value=30 3'),
    ).toEqual({
      samples: [node('n07', 10, 1, 'mem_used')],
      dropped: 0,
      error: 'at line 2:29: value for field "value" ("oops") has unrecognized type',
    });
  });

  it('names the position of an empty tag value and of NaN', () => {
    expect(read('load_one,hostname= value=1 5').error).toBe(
      'at line 1:19: expected tag value after tag key "hostname", but none found',
    );
    expect(read('load_one,hostname=n07 value=NaN 5').error).toBe(
      'at line 1:29: value for field "value" ("NaN") has unrecognized type',
    );
  });

  it('finds what is wrong with a field before what is wrong behind it', () => {
    expect(read('load_one,hostname=n07 v=1,value=oops 5').error).toMatch(/^host n07: unknown field/);
    expect(read('load_one,hostname=n07 value=t,value=oops 5').error).toMatch(/bool$/);
    expect(read('load_one,hostname=n07 value=oops,v=1 5').error).toMatch(/^at line 1:29/);
  });

  it.each(['1700000000123', '1700000000000000000', '9223372037', '17.5', 'x', '5 6', '+5', '5 # c'])(
    '#146 takes the time of the request for the timestamp %s',
    (time) => {
      const { samples, error } = read(
        `load_one,hostname=n01 value=1 ${time}\nload_one,hostname=n02 value=2\nload_one,hostname=n02 value=2 7`,
      );
      expect(error).toBeUndefined();
      expect(samples).toEqual([node('n01', 1, 1_700_000_500), node('n02', 2, 1_700_000_500), node('n02', 2, 7)]);
    },
  );

  it('accepts seconds up to 9223372036, and before 1970', () => {
    expect(read('load_one value=1 9223372036\nload_one value=1 -5').samples).toEqual([
      node('', 1, 9_223_372_036),
      node('', 1, -5),
    ]);
  });

  it('#147 takes the time of the line before, or of the request', () => {
    expect(read('load_one,host=a value=1\nload_one,host=a value=2 5\nload_one,host=a value=3').samples).toEqual([
      node('a', 1, 1_700_000_500),
      node('a', 2, 5),
      node('a', 3, 5),
    ]);
  });

  it.each(['../x', 'a..b', 'a/b', 'a\\b'])('#148 drops a sample of the host or the cluster %s', (name) => {
    expect(read(`load_one,hostname=${name} value=1 5\nload_one,hostname=n08 value=5 6`)).toEqual({
      samples: [node('n08', 5, 6)],
      dropped: 1,
    });
    expect(read(`load_one,hostname=n08,cluster=${name} value=1 5`)).toEqual({ samples: [], dropped: 1 });
  });

  it('#149 reads type and id in any order', () => {
    const thread = { ...node('n07', 10, 5, 'cpu_user'), type: 'hwthread', typeId: '0' };
    for (const tags of [
      'hostname=n07,type=hwthread,type-id=0',
      'type=hwthread,type-id=0,hostname=n07',
      'type-id=0,type=hwthread,hostname=n07',
    ]) {
      expect(read(`cpu_user,${tags} value=10 5`).samples).toEqual([thread]);
    }
  });

  it('reads the second level below a type, and ignores it below the node', () => {
    expect(read('load_one,host=a,type=socket,type-id=1,stype=device,stype-id=sda value=1 5').samples).toEqual([
      { ...node('a', 1, 5), type: 'socket', typeId: '1', subtype: 'device', subtypeId: 'sda' },
    ]);
    expect(read('load_one,host=a,type=node,type-id=0,stype=device,stype-id=sda value=1 5').samples).toEqual([
      node('a', 1, 5),
    ]);
    expect(read('load_one,host=a,type-id=3 value=1 5').samples).toEqual([node('a', 1, 5)]);
  });

  it('drops a type that ClusterCockpit has not', () => {
    expect(read('load_one,host=a,type=rack,type-id=1 value=1 5\nload_one,host=a value=2 5')).toEqual({
      samples: [node('a', 2, 5)],
      dropped: 1,
    });
  });

  it('takes the last of several fields value', () =>
    expect(read('load_one,host=a value=1,value=9 5').samples).toEqual([node('a', 9, 5)]));

  it('remembers the host, before any an empty one', () => {
    expect(
      read('load_one value=1 5\nload_one,host=a value=2 5\nload_one value=3 5').samples.map(({ host }) => host),
    ).toEqual(['', 'a', 'a']);
  });

  it('reads nothing from an empty body, blank lines and comments', () => {
    expect(read('')).toEqual({ samples: [], dropped: 0 });
    expect(read('\n\n# comment\n')).toEqual({ samples: [], dropped: 0 });
  });

  it('says of a lone CR behind a field what the original says', () => {
    expect(read('load_one value=1\rload_one value=2 5')).toEqual({
      samples: [node('', 1, 1_700_000_500)],
      dropped: 0,
      error: "at line 1:1: invalid character '\\r' found at start of measurement name",
    });
  });
});

describe('lines that have their tags in common', () => {
  const line = (metric: string, tags: string, fields: string): string =>
    `${metric}${tags === '' ? '' : `,${tags}`} ${fields} 5`;
  const metrics = fc.constantFrom('load_one', 'cpu_user', 'nosuch');
  const tags = fc.constantFrom(
    '',
    'hostname=a',
    'hostname=a,type=node',
    'hostname=a,type=socket,type-id=1',
    'hostname=a,type=socket,type-id=2',
    'hostname=a,type=rack',
    'hostname=a,type=core,type-id=1,type-id=2',
    'hostname=a,type=core,type-id=3,type-id=2',
    'hostname=a,type=core,stype=device,stype-id=sda',
    'hostname=../a',
    'host=../a',
    'cluster=c,hostname=b',
    'cluster=c,hostname=b,x=1',
    'hostname=b\\ c',
  );
  const fields = fc.constantFrom('value=1', 'value=1', 'value=2', 'value=1,value=2', 'value=t', 'other=1');
  const broken = fc.constantFrom(
    'load_one,hostname=e value=oops 5',
    'load_one,host=../e value=oops 5',
    'load_one,hostname=e value=1 x',
    'nosuch,=',
  );

  it('are read as if each were read on its own', () => {
    const lines = fc.array(
      fc.oneof({ weight: 9, arbitrary: fc.tuple(metrics, tags, fields).map((parts) => line(...parts)) }, broken),
    );
    fc.assert(
      fc.property(lines, (all) => {
        const together = readMetricSamples(Buffer.from(all.join('\n')), options);
        // A comment between two lines: the one behind it is compared with nothing.
        const apart = readMetricSamples(Buffer.from(all.join('\n# c\n')), options);
        expect(together.samples).toEqual(apart.samples);
        expect(together.bad.map(({ kind }) => kind)).toEqual(apart.bad.map(({ kind }) => kind));
      }),
    );
  });
});

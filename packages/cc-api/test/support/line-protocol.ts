import type { MetricScope } from '@moorline/cc-api';
import type { DecodeMetrics, MetricSample } from '@moorline/cc-api/server';

/** As much line protocol as the tests of the write route need; the real codec is a package of its own. */
export const decodeMetrics: DecodeMetrics = (body, { defaultCluster, now, isMetric }) => {
  const samples: MetricSample[] = [];
  let previous = now;
  for (const line of new TextDecoder().decode(body).split('\n')) {
    const [key = '', fields = '', time] = line.trim().split(' ');
    const [metric = '', ...pairs] = key.split(',');
    if (metric === '' || metric.startsWith('#') || !isMetric(metric)) continue;
    const tags = new Map(pairs.map((pair) => pair.split('=')).map(([name = '', value = '']) => [name, value]));
    const host = tags.get('hostname') ?? tags.get('host') ?? '';
    const field = fields.split(',').at(-1) ?? '';
    const [name = '', literal = ''] = field.split('=');
    if (name !== 'value') return { samples, error: `host ${host}: unknown field: '${name}' (value: …)` };
    if (literal === 't') return { samples, error: `host ${host}: unsupported value type in message: bool` };
    if (literal.startsWith('"')) return { samples, error: `host ${host}: unsupported value type in message: string` };
    const value = Number(literal.replace(/[iu]$/, ''));
    if (Number.isNaN(value))
      return { samples, error: `at line …: value for field "value" ("${literal}") has unrecognized type` };
    if ([...tags.values()].includes(''))
      return { samples, error: 'at line …: expected tag value after tag key "hostname", but none found' };
    if (time !== undefined) previous = /^-?\d{1,10}$/.test(time) ? Number(time) : now;
    const type = scopes.find((scope) => scope === tags.get('type'));
    samples.push({
      cluster: tags.get('cluster') ?? defaultCluster,
      host,
      metric,
      time: previous,
      value,
      ...(type === undefined ? {} : { type, typeId: tags.get('type-id') ?? '' }),
    });
  }
  return { samples };
};

const scopes: Exclude<MetricScope, 'node'>[] = ['socket', 'memoryDomain', 'core', 'hwthread', 'accelerator'];

import { type Form, form } from '@moorline/app-kit';
import type { RetentionRule } from '@moorline/cc-store';

const millisecondsPerDay = 86_400_000;

export const daysOf = (milliseconds: number): number => milliseconds / millisecondsPerDay;

/** How long the samples of some clusters and metrics are kept: `alex/flops_any=30d`, `*` in the place of either for all. */
export const retentionRule: Form<RetentionRule> = {
  accepted: 'CLUSTER/METRIC=DURATION such as alex/flops_any=30d, with * for every cluster or metric',
  placeholder: 'CLUSTER/METRIC=DURATION',
  parse(input) {
    const [, cluster, metric, time] = /^([^/=]+)\/([^/=]+)=(.+)$/.exec(typeof input === 'string' ? input : '') ?? [];
    const milliseconds = form.duration.parse(time);
    // None at all would be taken for a mistake in the unit by whoever reads it.
    if (cluster === undefined || metric === undefined || !milliseconds) return undefined;
    return {
      ...(cluster === '*' ? {} : { cluster }),
      ...(metric === '*' ? {} : { metric }),
      days: daysOf(milliseconds),
    };
  },
  write: ({ cluster = '*', metric = '*', days }) =>
    `${cluster}/${metric}=${form.duration.write?.(days * millisecondsPerDay) ?? ''}`,
};

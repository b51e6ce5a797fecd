import type { MetricConfig, MetricScope, SubCluster } from '@moorline/control-api';
import { useCallback, useEffect, useId, useMemo, useRef, useState } from 'preact/hooks';
import { EmptyState, ErrorState, Loading } from '../ui/states.js';
import type { TimeWindow } from './decimate.js';
import { limitLines } from './limit-lines.js';
import { finest, type MetricRanges, type RangeState } from './metric-ranges.js';
import { MetricPlot } from './metric-plot.js';
import { lastTime, scopeNames } from './plot-series.js';
import { scopesOf, thresholdsAt } from './thresholds.js';
import { useInSight } from './use-in-sight.js';
import type { ZoomGroup } from './zoom-group.js';
import './metric-plot.css';

/** Properties of {@link RangedPlot}. */
export interface RangedPlotProps {
  config: MetricConfig;
  /** Of the nodes that are shown, where they are of one: for thresholds of their parts. */
  subCluster: SubCluster | undefined;
  ranges: MetricRanges;
  group: ZoomGroup;
  /** Samples are still to come: what is empty now will not stay so. */
  isLive?: boolean | undefined;
}

/** One metric of a view: read and drawn when it comes into sight, at the scope that one chooses. */
export function RangedPlot({ config, subCluster, ranges, group, isLive = false }: RangedPlotProps) {
  const { name } = config;
  const box = useRef<HTMLDivElement>(null);
  const isInSight = useInSight(box);
  const [scope, setScope] = useState<MetricScope>('node');
  const state = ranges.state(name, scope).value;
  const limited = useMemo(() => limitRange(state), [state.data, state.detail]);
  const data = useCallback((shown: TimeWindow) => finest(limited, shown), [limited]);
  const thresholds = useMemo(() => thresholdsAt(config, scope, subCluster), [config, scope, subCluster]);
  useEffect(() => (isInSight ? ranges.show(name, scope) : undefined), [isInSight, ranges, name, scope]);

  const scopes = scopesOf(config.scope);
  const choice =
    scopes.length > 1 ? <ScopeChoice metric={name} scopes={scopes} value={scope} onChange={setScope} /> : undefined;
  return (
    <div ref={box} class="plot-box">
      {state.data !== undefined && lastTime(state.data) !== undefined ? (
        <MetricPlot
          title={name}
          data={data}
          lineCount={state.data.series.length}
          thresholds={thresholds}
          group={group}
          actions={choice}
        />
      ) : (
        <figure class="plot">
          <figcaption class="plot-head">
            <h3 class="text">{name}</h3>
            <span class="plot-actions">{choice}</span>
          </figcaption>
          {state.error !== undefined ? (
            <ErrorState title={`${name} could not be read`} error={state.error} onRetry={() => ranges.reload()} />
          ) : state.data === undefined ? (
            <Loading label={name} />
          ) : (
            <EmptyState title={isLive ? 'No sample yet' : 'Nothing was measured'}>
              {isLive
                ? `${name} is measured every ${config.timestep} s.`
                : `There is no sample of ${name} in this time.`}
            </EmptyState>
          )}
        </figure>
      )}
    </div>
  );
}

function limitRange(state: RangeState): RangeState {
  const { data, detail } = state;
  const limited = data && limitLines(data);
  if (limited === data) return state;
  const kept = new Set(limited?.series.map(({ key }) => key));
  const series = detail?.data.series.filter(({ key }) => kept.has(key)) ?? [];
  return { ...state, data: limited, detail: detail && { ...detail, data: { ...detail.data, series } } };
}

interface ScopeChoiceProps {
  metric: string;
  scopes: readonly MetricScope[];
  value: MetricScope;
  onChange: (scope: MetricScope) => void;
}

function ScopeChoice({ metric, scopes, value, onChange }: ScopeChoiceProps) {
  const id = useId();
  return (
    <>
      <label class="visually-hidden" for={id}>
        Scope of {metric}
      </label>
      <select
        id={id}
        class="field-control plot-scope"
        value={value}
        onChange={(event) => {
          const chosen = scopes.find((scope) => scope === event.currentTarget.value);
          if (chosen !== undefined) onChange(chosen);
        }}
      >
        {scopes.map((scope) => (
          <option key={scope} value={scope}>
            {scopeNames[scope]}
          </option>
        ))}
      </select>
    </>
  );
}

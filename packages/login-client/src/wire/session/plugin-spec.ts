import { type JsonShape, listOf, mapOf, ShapeMismatch, struct, text } from '../json-decoder.js';
import { formatGoDuration, parseGoDuration } from './go-duration.js';

/** A component of the operator's own: scripts that agents run to tell its health. */
export interface PluginSpec {
  plugin_name?: string | undefined;
  /** `init`, `component` or `component_list`. */
  plugin_type?: string | undefined;
  component_list?: string[] | undefined;
  component_list_file?: string | undefined;
  /** `auto` or `manual`. */
  run_mode?: string | undefined;
  tags?: string[] | undefined;
  health_state_plugin?: Plugin | undefined;
  /** Nanoseconds, whole. On the wire a Go duration: `10s`. */
  timeout?: number | undefined;
  /** Nanoseconds between runs, whole. On the wire a Go duration. */
  interval?: number | undefined;
}

export interface Plugin {
  steps?: PluginStep[] | undefined;
  parser?: PluginParser | undefined;
}

export interface PluginStep {
  name?: string | undefined;
  run_bash_script?: { content_type?: string | undefined; script?: string | undefined } | undefined;
}

export interface PluginParser {
  json_paths?: JsonPath[] | undefined;
  log_path?: string | undefined;
}

export interface JsonPath {
  query?: string | undefined;
  field?: string | undefined;
  expect?: MatchRule | undefined;
  suggested_actions?: Record<string, MatchRule> | undefined;
}

export interface MatchRule {
  /** Absent matches everything. */
  regex?: string | undefined;
}

const duration: JsonShape<number> = {
  goType: 'v1.Duration',
  zero: () => 0,
  read(value) {
    const nanos = parseGoDuration(text.read(value));
    if (nanos === undefined) throw new ShapeMismatch(`time: invalid duration ${JSON.stringify(value)}`);
    return nanos;
  },
};

const matchRule = struct('customplugins.MatchRule', { regex: text });

/** @internal Shape of one of `custom_plugin_specs`. */
export const pluginSpecShape = struct('customplugins.Spec', {
  plugin_name: text,
  plugin_type: text,
  component_list: listOf(text),
  component_list_file: text,
  run_mode: text,
  tags: listOf(text),
  health_state_plugin: struct('customplugins.Plugin', {
    steps: listOf(
      struct('customplugins.Step', {
        name: text,
        run_bash_script: struct('customplugins.RunBashScript', { content_type: text, script: text }),
      }),
    ),
    parser: struct('customplugins.PluginOutputParseConfig', {
      json_paths: listOf(
        struct('customplugins.JSONPath', {
          query: text,
          field: text,
          expect: matchRule,
          suggested_actions: mapOf(matchRule),
        }),
      ),
      log_path: text,
    }),
  }),
  timeout: duration,
  interval: duration,
});

/** @internal The spec with its durations as texts. */
export function pluginSpecToWire(spec: PluginSpec): Record<string, unknown> {
  const { timeout, interval } = spec;
  return {
    ...spec,
    timeout: timeout === undefined ? undefined : formatGoDuration(timeout),
    interval: interval === undefined ? undefined : formatGoDuration(interval),
  };
}

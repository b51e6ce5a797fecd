import type { MessageInitShape } from '@bufbuild/protobuf';
import type { PluginSpec as PluginSpecMessage, PluginSpecSchema } from './generated/gpud/session/v2/session_pb.js';
import { whole } from './packet-numbers.js';
import type { Plugin, PluginSpec } from './plugin-spec.js';

/** A plugin's specification as a message of version 2. */
export function specPayload(spec: PluginSpec): MessageInitShape<typeof PluginSpecSchema> {
  const { health_state_plugin: plugin } = spec;
  return {
    pluginName: spec.plugin_name ?? '',
    pluginType: spec.plugin_type ?? '',
    componentList: spec.component_list ?? [],
    componentListFile: spec.component_list_file ?? '',
    runMode: spec.run_mode ?? '',
    tags: spec.tags ?? [],
    timeoutNanos: whole(spec.timeout),
    intervalNanos: whole(spec.interval),
    ...(plugin === undefined ? {} : { healthStatePlugin: pluginPayload(plugin) }),
  };
}

function pluginPayload({
  steps = [],
  parser,
}: Plugin): NonNullable<MessageInitShape<typeof PluginSpecSchema>['healthStatePlugin']> {
  return {
    steps: steps.map(({ name = '', run_bash_script: run }) => ({
      name,
      ...(run && { runBashScript: { contentType: run.content_type ?? '', script: run.script ?? '' } }),
    })),
    ...(parser && {
      parser: {
        logPath: parser.log_path ?? '',
        jsonPaths: (parser.json_paths ?? []).map(({ query = '', field = '', expect, suggested_actions = {} }) => ({
          query,
          field,
          ...(expect && { expect: rulePayload(expect) }),
          suggestedActions: mapValues(suggested_actions, rulePayload),
        })),
      },
    }),
  };
}

const rulePayload = ({ regex }: { regex?: string | undefined }) => (regex === undefined ? {} : { regex });

/** The same way back. */
export function specOf(spec: PluginSpecMessage): PluginSpec {
  const { healthStatePlugin: plugin } = spec;
  return {
    plugin_name: spec.pluginName,
    plugin_type: spec.pluginType,
    component_list: spec.componentList,
    component_list_file: spec.componentListFile,
    run_mode: spec.runMode,
    tags: spec.tags,
    timeout: Number(spec.timeoutNanos),
    interval: Number(spec.intervalNanos),
    ...(plugin && { health_state_plugin: pluginOf(plugin) }),
  };
}

function pluginOf({ steps, parser }: NonNullable<PluginSpecMessage['healthStatePlugin']>): Plugin {
  return {
    steps: steps.map(({ name, runBashScript: run }) => ({
      name,
      ...(run && { run_bash_script: { content_type: run.contentType, script: run.script } }),
    })),
    ...(parser && {
      parser: {
        log_path: parser.logPath,
        json_paths: parser.jsonPaths.map(({ query, field, expect, suggestedActions }) => ({
          query,
          field,
          ...(expect && { expect: rulePayload(expect) }),
          suggested_actions: mapValues(suggestedActions, rulePayload),
        })),
      },
    }),
  };
}

const mapValues = <T, U>(map: Readonly<Record<string, T>>, change: (value: T) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value)]));

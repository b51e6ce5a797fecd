import { goJson } from '@moorline/core';
import { decodeJson, flag, float64, int32, int64, listOf, mapOf, struct, text } from '../json-decoder.js';
import { parseJsonText } from '../json-text.js';
import { type MachineInfo, machineInfoShape, machineInfoToWire } from '../machine-info.js';
import { type PluginSpec, pluginSpecShape, pluginSpecToWire } from './plugin-spec.js';

/** What an agent answers: an empty one to what it does not know (docs/protocol.md §8.5). */
export interface SessionResponse {
  /** What went wrong, in the agent's words. */
  error?: string | undefined;
  /** Like an HTTP status; may come without `error`. */
  error_code?: number | undefined;
  gossip_request?: { machineID?: string | undefined; machineInfo?: MachineInfo | undefined } | undefined;
  states?: ComponentStates[] | undefined;
  events?: ComponentEvents[] | undefined;
  metrics?: ComponentMetrics[] | undefined;
  bootstrap?: BootstrapResponse | undefined;
  diagnostic?: { accepted?: boolean | undefined; reason?: string | undefined } | undefined;
  package_status?: PackageStatus[] | undefined;
  custom_plugin_specs?: PluginSpec[] | undefined;
  /** Session token: a secret. */
  token?: string | undefined;
  kap_mtls_status?: KapMtlsStatus | undefined;
}

export interface ComponentStates {
  component?: string | undefined;
  /** Absent where the agent does not know the component. */
  states?: HealthState[] | undefined;
}

export interface HealthState {
  /** RFC 3339; absent at components that only events change. */
  time?: string | undefined;
  component?: string | undefined;
  component_type?: string | undefined;
  name?: string | undefined;
  run_mode?: string | undefined;
  /** `Healthy`, `Unhealthy`, `Degraded` or `Initializing`. */
  health?: string | undefined;
  reason?: string | undefined;
  error?: string | undefined;
  suggested_actions?: { description?: string | undefined; repair_actions?: string[] | undefined } | undefined;
  extra_info?: Record<string, string> | undefined;
  raw_output?: string | undefined;
}

export interface ComponentEvents {
  component?: string | undefined;
  /** RFC 3339, in the zone of the request. */
  startTime?: string | undefined;
  endTime?: string | undefined;
  /** Absent where there are none. */
  events?: ComponentEvent[] | undefined;
}

export interface ComponentEvent {
  component?: string | undefined;
  time?: string | undefined;
  name?: string | undefined;
  type?: string | undefined;
  message?: string | undefined;
}

export interface ComponentMetrics {
  component?: string | undefined;
  /** Absent before the agent's first scrape, and where none is as new. */
  metrics?: Metric[] | undefined;
}

export interface Metric {
  /** Despite its name **milliseconds** since 1970. */
  unix_seconds?: number | undefined;
  name?: string | undefined;
  labels?: Record<string, string> | undefined;
  value?: number | undefined;
}

export interface BootstrapResponse {
  /** Both outputs of the script, merged. */
  output?: string | undefined;
  exit_code?: number | undefined;
}

export interface PackageStatus {
  name?: string | undefined;
  /** `Installed`, `Installing`, `Unknown` or `Skipped`. */
  phase?: string | undefined;
  /** `Healthy` or `Unhealthy`. */
  status?: string | undefined;
  current_version?: string | undefined;
}

export interface KapMtlsStatus {
  credentials_installed?: boolean | undefined;
  /** RFC 3339; `0001-01-01T00:00:00Z` where there are none. */
  certificate_not_after?: string | undefined;
  agent_installed?: boolean | undefined;
  agent_active?: boolean | undefined;
  agent_ready?: boolean | undefined;
}

/**
 * Reads a reply as a Go peer would: `null` and `{}` are empty ones.
 *
 * @throws JsonTextError or ShapeMismatch
 */
export function parseSessionResponse(payload: Uint8Array): SessionResponse {
  return decodeJson(parseJsonText(payload), responseShape);
}

/** The reply's JSON, empty members left out. */
export function encodeSessionResponse(response: SessionResponse): string {
  const { gossip_request, custom_plugin_specs } = response;
  return goJson({
    ...response,
    error: response.error || undefined,
    error_code: response.error_code || undefined,
    gossip_request: gossip_request && {
      machineID: gossip_request.machineID ?? '',
      machineInfo: gossip_request.machineInfo && machineInfoToWire(gossip_request.machineInfo),
    },
    states: filled(response.states)?.map(({ component, states }) => ({
      component,
      states: states?.map((state) => ({ ...state, time: state.time ?? null })) ?? null,
    })),
    events: filled(response.events)?.map((item) => ({ ...item, events: item.events ?? null })),
    metrics: filled(response.metrics)?.map(({ component, metrics }) => ({ component, metrics: metrics ?? null })),
    package_status: filled(response.package_status),
    custom_plugin_specs: filled(custom_plugin_specs)?.map(pluginSpecToWire),
    token: response.token || undefined,
  });
}

const filled = <T>(list: T[] | undefined): T[] | undefined => (list?.length ? list : undefined);

const healthState = struct('v1.HealthState', {
  time: text,
  component: text,
  component_type: text,
  name: text,
  run_mode: text,
  health: text,
  reason: text,
  error: text,
  suggested_actions: struct('v1.SuggestedActions', { description: text, repair_actions: listOf(text) }),
  extra_info: mapOf(text),
  raw_output: text,
});

const responseShape = struct('session.Response', {
  error: text,
  error_code: int32,
  gossip_request: struct('v1.GossipRequest', { machineID: text, machineInfo: machineInfoShape }),
  states: listOf(struct('v1.ComponentHealthStates', { component: text, states: listOf(healthState) })),
  events: listOf(
    struct('v1.ComponentEvents', {
      component: text,
      startTime: text,
      endTime: text,
      events: listOf(struct('v1.Event', { component: text, time: text, name: text, type: text, message: text })),
    }),
  ),
  metrics: listOf(
    struct('v1.ComponentMetrics', {
      component: text,
      metrics: listOf(struct('v1.Metric', { unix_seconds: int64, name: text, labels: mapOf(text), value: float64 })),
    }),
  ),
  bootstrap: struct('session.BootstrapResponse', { output: text, exit_code: int32 }),
  diagnostic: struct('session.DiagnosticResponse', { accepted: flag, reason: text }),
  package_status: listOf(
    struct('packages.PackageStatus', { name: text, phase: text, status: text, current_version: text }),
  ),
  custom_plugin_specs: listOf(pluginSpecShape),
  token: text,
  kap_mtls_status: struct('session.KAPMTLSStatus', {
    credentials_installed: flag,
    certificate_not_after: text,
    agent_installed: flag,
    agent_active: flag,
    agent_ready: flag,
  }),
});

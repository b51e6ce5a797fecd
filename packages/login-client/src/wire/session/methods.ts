import type { PluginSpec } from './plugin-spec.js';

/**
 * What a control plane may ask of an agent, and with which parameters: the names are the wire's (docs/protocol.md §8.5).
 * Times are RFC 3339 texts.
 */
export interface SessionMethods {
  /** The last known health of components; of all where none is named. */
  states: { components?: string[] | undefined };
  /** What happened since `start_time`; without it agents take the present, and answer nothing. */
  events: { components?: string[] | undefined; start_time?: string | undefined; end_time?: string | undefined };
  metrics: {
    components?: string[] | undefined;
    /** Nanoseconds back from now, whole; ≤ 0 and absent stand for 30 minutes. */
    since?: number | undefined;
  };
  /** What the machine is. Agents answer out of order. */
  gossip: NoParams;
  packageStatus: NoParams;
  getToken: NoParams;
  /** The agent asks `/healthz` with the new token, keeps it, and connects anew after 2 to 30 seconds. */
  updateToken: { token: string };
  setHealthy: { components?: string[] | undefined };
  /** Checks a component, or all with a tag, now. Agents answer out of order. */
  triggerComponent: { component_name?: string | undefined; tag_name?: string | undefined };
  /** Older name of `triggerComponent`. */
  triggerComponentCheck: { component_name?: string | undefined; tag_name?: string | undefined };
  /** Plugins only. */
  deregisterComponent: { component_name?: string | undefined };
  /** JSON text by component; components that are not named go back to their defaults. */
  updateConfig: { update_config?: Record<string, string> | undefined };
  /** To a version of the agent, or of a package as `package:version`. */
  update: { update_version?: string | undefined };
  /** Runs a script as the agent's user; synchronous requests behind it wait. */
  bootstrap: { bootstrap?: BootstrapRequest | undefined };
  injectFault: { inject_fault_request?: InjectFaultRequest | undefined };
  diagnostic: { diagnostic?: DiagnosticRequest | undefined };
  setPluginSpecs: { custom_plugin_specs?: PluginSpec[] | undefined };
  getPluginSpecs: NoParams;
  /** Ten seconds later. */
  reboot: NoParams;
  logout: NoParams;
  delete: NoParams;
  kapMTLSStatus: NoParams;
  updateKAPMTLSCredentials: { kap_mtls_credentials?: KapMtlsCredentials | undefined };
  activateKAPMTLS: NoParams;
  nodeCredentials: { node_credentials?: NodeCredentials | undefined };
}

export type SessionMethod = keyof SessionMethods;

/** The parameters of one method. */
export type SessionParams<M extends SessionMethod> = SessionMethods[M];

export type NoParams = Record<string, never>;

export interface BootstrapRequest {
  /** Seconds; absent and 0 stand for 10. */
  timeout_in_seconds?: number | undefined;
  /** A script for bash, base64. */
  script_base64?: string | undefined;
}

/** One of the two. */
export interface InjectFaultRequest {
  xid?: { id?: number | undefined } | undefined;
  kernel_message?: { priority?: string | undefined; message?: string | undefined } | undefined;
}

export interface DiagnosticRequest {
  /** Part of the path that the report is posted to. */
  report_id?: string | undefined;
  /** Agents know `nvidia_bug_report`. */
  type?: string | undefined;
  timeout_seconds?: number | undefined;
}

export interface KapMtlsCredentials {
  certificate_pem?: Uint8Array | undefined;
  /** A secret. */
  private_key_pem?: Uint8Array | undefined;
  gateway_ca_pem?: Uint8Array | undefined;
  gateway_endpoint?: string | undefined;
  server_name?: string | undefined;
  client_ca_fingerprint?: string | undefined;
  gateway_ca_fingerprint?: string | undefined;
}

export interface NodeCredentials {
  kubelet?:
    { config?: NodeCredentialFile | undefined; client_certificate?: NodeCredentialFile | undefined } | undefined;
}

export interface NodeCredentialFile {
  /** Absolute, below `/var/lib/gpud/` or `/etc/kubernetes/`. */
  path?: string | undefined;
  /** A secret. */
  contents?: Uint8Array | undefined;
  /** Permission bits; absent and 0 stand for 0600. */
  mode?: number | undefined;
}

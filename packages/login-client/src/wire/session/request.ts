import { goJson } from '@moorline/core';
import {
  decodeJson,
  int64,
  type JsonShape,
  listOf,
  mapOf,
  ShapeMismatch,
  struct,
  text,
  uint32,
} from '../json-decoder.js';
import { parseJsonText } from '../json-text.js';
import { bytes, toBase64 } from './bytes-shape.js';
import type {
  BootstrapRequest,
  DiagnosticRequest,
  InjectFaultRequest,
  KapMtlsCredentials,
  NodeCredentialFile,
  NodeCredentials,
  SessionMethod,
  SessionParams,
} from './methods.js';
import { type PluginSpec, pluginSpecShape, pluginSpecToWire } from './plugin-spec.js';

/** A request as it travels: a method and whatever parameters came with it (docs/protocol.md §8.5). */
export interface SessionRequest {
  /** A {@link SessionMethod}, or one that this package does not know; absent in a keep-alive. */
  method?: string | undefined;
  components?: string[] | undefined;
  /** RFC 3339. */
  start_time?: string | undefined;
  /** RFC 3339. */
  end_time?: string | undefined;
  /** Nanoseconds, whole. */
  since?: number | undefined;
  update_version?: string | undefined;
  update_config?: Record<string, string> | undefined;
  bootstrap?: BootstrapRequest | undefined;
  inject_fault_request?: InjectFaultRequest | undefined;
  diagnostic?: DiagnosticRequest | undefined;
  component_name?: string | undefined;
  tag_name?: string | undefined;
  custom_plugin_specs?: PluginSpec[] | undefined;
  token?: string | undefined;
  kap_mtls_credentials?: KapMtlsCredentials | undefined;
  node_credentials?: NodeCredentials | undefined;
}

/** A request of a known method. */
export function sessionRequest<M extends SessionMethod>(method: M, params: SessionParams<M>): SessionRequest {
  return { ...params, method };
}

/**
 * Reads a request as a real agent would: `null` is an empty one, unknown keys and the case of keys play no part.
 *
 * @throws JsonTextError or ShapeMismatch; a real agent never answers such a request.
 */
export function parseSessionRequest(payload: Uint8Array): SessionRequest {
  return decodeJson(parseJsonText(payload), requestShape);
}

/**
 * Reads the parameters of a method from JSON: those that the protocol has, whichever of them the method heeds.
 *
 * @throws JsonTextError or ShapeMismatch
 */
export function parseSessionParams<M extends SessionMethod>(_method: M, params: Uint8Array): SessionParams<M> {
  const { method: _, ...rest } = parseSessionRequest(params);
  return rest as SessionParams<M>;
}

/** The request's JSON, members that are absent left out. */
export function encodeSessionRequest(request: SessionRequest): string {
  const { custom_plugin_specs, kap_mtls_credentials, node_credentials } = request;
  // Most requests travel as they are.
  if ((custom_plugin_specs ?? kap_mtls_credentials ?? node_credentials) === undefined) return goJson(request);
  return goJson({
    ...request,
    custom_plugin_specs: custom_plugin_specs?.map(pluginSpecToWire),
    kap_mtls_credentials: kap_mtls_credentials && {
      ...kap_mtls_credentials,
      certificate_pem: base64Of(kap_mtls_credentials.certificate_pem),
      private_key_pem: base64Of(kap_mtls_credentials.private_key_pem),
      gateway_ca_pem: base64Of(kap_mtls_credentials.gateway_ca_pem),
    },
    node_credentials: node_credentials && {
      kubelet: node_credentials.kubelet && {
        config: fileToWire(node_credentials.kubelet.config),
        client_certificate: fileToWire(node_credentials.kubelet.client_certificate),
      },
    },
  });
}

const base64Of = (value: Uint8Array | undefined): string | undefined => value && toBase64(value);

const fileToWire = (file: NodeCredentialFile | undefined): object | undefined =>
  file && { ...file, contents: base64Of(file.contents) };

/** A time as a Go peer takes it; the text itself is kept, since replies echo its zone. */
const time: JsonShape<string> = {
  goType: 'time.Time',
  zero: () => '',
  read(value) {
    const given = text.read(value);
    if (!rfc3339.test(given) || Number.isNaN(Date.parse(given))) {
      throw new ShapeMismatch(`parsing time ${JSON.stringify(given)} as RFC 3339`);
    }
    return given;
  },
};

const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:\d\d)$/;

const credentialFile = struct('credentials.File', { path: text, contents: bytes, mode: uint32 });

const requestShape = struct('session.Request', {
  method: text,
  components: listOf(text),
  start_time: time,
  end_time: time,
  since: int64,
  update_version: text,
  update_config: mapOf(text),
  bootstrap: struct('session.BootstrapRequest', { timeout_in_seconds: int64, script_base64: text }),
  inject_fault_request: struct('faultinjector.Request', {
    xid: struct('faultinjector.XIDToInject', { id: int64 }),
    kernel_message: struct('pkmsgwriter.KernelMessage', { priority: text, message: text }),
  }),
  diagnostic: struct('session.DiagnosticRequest', { report_id: text, type: text, timeout_seconds: int64 }),
  component_name: text,
  tag_name: text,
  custom_plugin_specs: listOf(pluginSpecShape),
  token: text,
  kap_mtls_credentials: struct('session.KAPMTLSCredentials', {
    certificate_pem: bytes,
    private_key_pem: bytes,
    gateway_ca_pem: bytes,
    gateway_endpoint: text,
    server_name: text,
    client_ca_fingerprint: text,
    gateway_ca_fingerprint: text,
  }),
  node_credentials: struct('session.NodeCredentials', {
    kubelet: struct('session.KubeletCredentials', { config: credentialFile, client_certificate: credentialFile }),
  }),
});

import { type MessageInitShape } from '@bufbuild/protobuf';
import { LoginError } from '../login-error.js';
import type {
  ManagerPacket,
  ManagerPacketSchema,
  NodeCredentialFile as FileMessage,
} from './generated/gpud/session/v2/session_pb.js';
import type { InjectFaultRequest, NodeCredentialFile } from './methods.js';
import { encodeManagerPacket, encodeRequestId } from './packet.js';
import { specOf, specPayload } from './plugin-spec-packet.js';
import type { SessionRequest } from './request.js';
import { timeText, timestampOf, whole } from './packet-numbers.js';

type Payload = NonNullable<MessageInitShape<typeof ManagerPacketSchema>['payload']>;
type PayloadCase = NonNullable<Payload['case']>;

/**
 * A request as a packet of version 2 (docs/protocol.md §8.4). It has no place for the components that `states`, `events` and
 * `metrics` may name: the reply is about all of them.
 *
 * @param now milliseconds since 1970: stands for the times that `events` does not name, and that agents insist on.
 * @throws LoginError `unsupported_method` where version 2 has no such request.
 */
export function encodeRequestPacket(requestId: string, request: SessionRequest, now: number): Uint8Array {
  const id = encodeRequestId(requestId);
  const payload = plainPackets.get(request.method ?? '') ?? encodeManagerPacket({ payload: payloadOf(request, now) });
  // A message's fields may stand in any order, and two messages behind each other are one with the fields of both.
  const packet = new Uint8Array(id.length + payload.length);
  packet.set(id);
  packet.set(payload, id.length);
  return packet;
}

/** A packet's request; undefined where the packet is none. Methods get the names that they have in version 1. */
export function readRequestPacket({ payload }: ManagerPacket): SessionRequest | undefined {
  switch (payload.case) {
    case 'getHealthStates':
      return { method: 'states' };
    case 'getEvents': {
      const { startTime, endTime } = payload.value;
      return { method: 'events', start_time: startTime && timeText(startTime), end_time: endTime && timeText(endTime) };
    }
    case 'getMetrics':
      return { method: 'metrics', since: Number(payload.value.sinceNanos) };
    case 'update':
      return { method: 'update', update_version: payload.value.version };
    case 'setHealthy':
      return { method: 'setHealthy', components: payload.value.components };
    case 'updateConfig':
      return { method: 'updateConfig', update_config: payload.value.values };
    case 'bootstrap': {
      const { requestPresent, timeoutSeconds, scriptBase64 } = payload.value;
      const bootstrap = { timeout_in_seconds: Number(timeoutSeconds), script_base64: scriptBase64 };
      return { method: 'bootstrap', ...(requestPresent ? { bootstrap } : {}) };
    }
    case 'injectFault': {
      const { requestPresent, fault } = payload.value;
      if (!requestPresent) return { method: 'injectFault' };
      return { method: 'injectFault', inject_fault_request: faultOf(fault) };
    }
    case 'diagnostic': {
      const { requestPresent, reportId, type, timeoutSeconds } = payload.value;
      const diagnostic = { report_id: reportId, type, timeout_seconds: Number(timeoutSeconds) };
      return { method: 'diagnostic', ...(requestPresent ? { diagnostic } : {}) };
    }
    case 'triggerComponent':
      return {
        method: 'triggerComponent',
        component_name: payload.value.componentName,
        tag_name: payload.value.tagName,
      };
    case 'setPluginSpecs': {
      const { specsPresent, specs } = payload.value;
      return { method: 'setPluginSpecs', ...(specsPresent ? { custom_plugin_specs: specs.map(specOf) } : {}) };
    }
    case 'updateToken':
      return { method: 'updateToken', token: payload.value.token };
    case 'updateKapMtlsCredentials': {
      const { certificatePem, privateKeyPem, gatewayCaPem, gatewayEndpoint, serverName } = payload.value;
      return {
        method: 'updateKAPMTLSCredentials',
        kap_mtls_credentials: {
          certificate_pem: certificatePem,
          private_key_pem: privateKeyPem,
          gateway_ca_pem: gatewayCaPem,
          gateway_endpoint: gatewayEndpoint,
          server_name: serverName,
          client_ca_fingerprint: payload.value.clientCaFingerprint,
          gateway_ca_fingerprint: payload.value.gatewayCaFingerprint,
        },
      };
    }
    case 'nodeCredentials': {
      const { kubelet } = payload.value;
      if (kubelet === undefined) return { method: 'nodeCredentials', node_credentials: {} };
      const config = kubelet.config && fileOf(kubelet.config);
      const client_certificate = kubelet.clientCertificate && fileOf(kubelet.clientCertificate);
      return { method: 'nodeCredentials', node_credentials: { kubelet: { config, client_certificate } } };
    }
    default: {
      const method = payload.case === undefined ? undefined : plainMethods.get(payload.case);
      return method === undefined ? undefined : { method };
    }
  }
}

/** Requests without parameters. */
const plainPayloads = new Map<string, Payload>([
  ['states', { case: 'getHealthStates', value: {} }],
  ['gossip', { case: 'gossip', value: {} }],
  ['packageStatus', { case: 'getPackageStatus', value: {} }],
  ['reboot', { case: 'reboot', value: {} }],
  ['logout', { case: 'logout', value: {} }],
  ['kapMTLSStatus', { case: 'getKapMtlsStatus', value: {} }],
  ['activateKAPMTLS', { case: 'activateKapMtls', value: {} }],
]);

/** They are the same each time. */
const plainPackets = new Map(
  Array.from(plainPayloads, ([method, payload]) => [method, encodeManagerPacket({ payload })] as const),
);

const plainMethods = new Map<PayloadCase, string>();
for (const [method, payload] of plainPayloads) if (payload.case) plainMethods.set(payload.case, method);

function payloadOf(request: SessionRequest, now: number): Payload {
  const { method = '' } = request;
  switch (method) {
    case 'events': {
      const startTime = timestampOf(request.start_time, now);
      return { case: 'getEvents', value: { startTime, endTime: timestampOf(request.end_time, now) } };
    }
    case 'metrics':
      return { case: 'getMetrics', value: { sinceNanos: whole(request.since) } };
    case 'update':
      return { case: 'update', value: { version: request.update_version ?? '' } };
    case 'setHealthy':
      return { case: 'setHealthy', value: { components: request.components ?? [] } };
    case 'updateConfig':
      return { case: 'updateConfig', value: { values: request.update_config ?? {} } };
    case 'bootstrap': {
      const { bootstrap } = request;
      const timeoutSeconds = whole(bootstrap?.timeout_in_seconds);
      const scriptBase64 = bootstrap?.script_base64 ?? '';
      return { case: 'bootstrap', value: { requestPresent: bootstrap !== undefined, timeoutSeconds, scriptBase64 } };
    }
    case 'injectFault': {
      const asked = request.inject_fault_request;
      return { case: 'injectFault', value: { requestPresent: asked !== undefined, fault: faultPayload(asked) } };
    }
    case 'diagnostic': {
      const { diagnostic } = request;
      return {
        case: 'diagnostic',
        value: {
          requestPresent: diagnostic !== undefined,
          reportId: diagnostic?.report_id ?? '',
          type: diagnostic?.type ?? '',
          timeoutSeconds: whole(diagnostic?.timeout_seconds),
        },
      };
    }
    case 'triggerComponent':
    case 'triggerComponentCheck':
      return {
        case: 'triggerComponent',
        value: { componentName: request.component_name ?? '', tagName: request.tag_name ?? '' },
      };
    case 'setPluginSpecs': {
      const specs = request.custom_plugin_specs;
      return {
        case: 'setPluginSpecs',
        value: { specsPresent: specs !== undefined, specs: (specs ?? []).map(specPayload) },
      };
    }
    case 'updateToken':
      return { case: 'updateToken', value: { token: request.token ?? '' } };
    case 'updateKAPMTLSCredentials': {
      const asked = request.kap_mtls_credentials ?? {};
      return {
        case: 'updateKapMtlsCredentials',
        value: {
          certificatePem: asked.certificate_pem ?? noBytes,
          privateKeyPem: asked.private_key_pem ?? noBytes,
          gatewayCaPem: asked.gateway_ca_pem ?? noBytes,
          gatewayEndpoint: asked.gateway_endpoint ?? '',
          serverName: asked.server_name ?? '',
          clientCaFingerprint: asked.client_ca_fingerprint ?? '',
          gatewayCaFingerprint: asked.gateway_ca_fingerprint ?? '',
        },
      };
    }
    case 'nodeCredentials': {
      const kubelet = request.node_credentials?.kubelet;
      if (kubelet === undefined) return { case: 'nodeCredentials', value: {} };
      const config = filePayload(kubelet.config);
      const clientCertificate = filePayload(kubelet.client_certificate);
      return {
        case: 'nodeCredentials',
        value: { kubelet: { ...(config && { config }), ...(clientCertificate && { clientCertificate }) } },
      };
    }
    default: {
      const payload = plainPayloads.get(method);
      if (payload !== undefined) return payload;
      throw new LoginError(`${method || 'an empty request'} has no packet in version 2 of the session protocol`, {
        code: 'unsupported_method',
        details: { method },
      });
    }
  }
}

const noBytes = new Uint8Array();

type FaultMessage = Extract<ManagerPacket['payload'], { case: 'injectFault' }>['value']['fault'];

function faultPayload(
  asked: InjectFaultRequest | undefined,
): NonNullable<Extract<Payload, { case: 'injectFault' }>['value']['fault']> {
  const { xid, kernel_message: kernel } = asked ?? {};
  if (kernel !== undefined) {
    return { case: 'kernelMessage', value: { priority: kernel.priority ?? '', message: kernel.message ?? '' } };
  }
  return xid === undefined ? { case: undefined } : { case: 'xid', value: whole(xid.id) };
}

function faultOf(fault: FaultMessage): InjectFaultRequest {
  if (fault.case === 'xid') return { xid: { id: Number(fault.value) } };
  if (fault.case !== 'kernelMessage') return {};
  return { kernel_message: { priority: fault.value.priority, message: fault.value.message } };
}

const filePayload = (file: NodeCredentialFile | undefined) =>
  file && { path: file.path ?? '', contents: file.contents ?? noBytes, mode: file.mode ?? 0 };

const fileOf = ({ path, contents, mode }: FileMessage): NodeCredentialFile => ({ path, contents, mode });

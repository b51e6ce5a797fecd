import { type Call, type Handler, type Read, readBody, segmentText } from '../call.js';
import { failure, plainReply } from '../reply.js';
import { serveBytes } from '../serve-bytes.js';

/** `GET /api/machine_state/{cluster}/{host}` (docs/protocol.md §3.13). */
export const getMachineState: Handler = async (call) => {
  const names = readNames(call);
  if (!names.ok) return names.response;
  const { cluster, host } = names.value;
  const state = await call.context.backend.site.machineState(cluster, host);
  return state === undefined ? plainReply(404, '404 page not found') : serveBytes(call.request, state);
};

/** `PUT|POST /api/machine_state/{cluster}/{host}`: any bytes, of any cluster and host. */
export const putMachineState: Handler = async (call) => {
  const names = readNames(call);
  if (!names.ok) return names.response;
  const body = await readBody(call, call.context.maxMachineStateBytes);
  if (!body.ok) return body.response;
  const { cluster, host } = names.value;
  const { backend, clock } = call.context;
  await backend.site.setMachineState(cluster, host, { body: body.value, modifiedAt: clock.now() });
  return { status: 201, headers: {}, body: '' };
};

function readNames(call: Call): Read<{ cluster: string; host: string }> {
  const cluster = segmentText(call.cluster);
  const host = segmentText(call.id);
  if (!isName(cluster)) return { ok: false, response: failure(400, 'invalid cluster name') };
  if (!isName(host)) return { ok: false, response: failure(400, 'invalid host name') };
  return { ok: true, value: { cluster, host } };
}

/** The original's names are names of folders and files. */
function isName(text: string): boolean {
  return !/\.\.|[/\\\0]/.test(text) && new TextEncoder().encode(text).length <= 255;
}

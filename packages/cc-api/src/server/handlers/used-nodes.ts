import { goJsonMap, goJsonString } from '../../wire/go-json/encode.js';
import { scopedClusters } from '../auth/principal.js';
import type { Handler } from '../call.js';
import { parseGoInteger } from '../go-integer.js';
import { keptReply } from '../kept-answer.js';
import { failure } from '../reply.js';

/** `GET /api/jobs/used_nodes` (docs/protocol.md §3.8). */
export const usedNodes: Handler = async ({ request, principal, context }) => {
  const text = new URLSearchParams(request.query).get('ts') ?? '';
  if (text === '') return failure(400, 'missing required query parameter: ts');
  const before = parseGoInteger(text, 'ParseInt');
  if (!before.ok) return failure(400, `invalid timestamp format: ${before.error}`);
  const readable = scopedClusters(principal);
  const { backend } = context;
  return keptReply(backend, JSON.stringify(['used nodes', before.value, readable]), async () => {
    const nodes = await backend.usedNodes(before.value);
    if (readable === undefined) return { text: encodedOnce(nodes), isForAll: true };
    const shown = Object.entries(nodes).filter(([cluster]) => readable.includes(cluster));
    return { text: encode(Object.fromEntries(shown)), isForAll: true };
  });
};

type UsedNodes = Readonly<Record<string, readonly string[]>>;

function encode(nodes: UsedNodes): string {
  return `{"usedNodes":${goJsonMap(nodes, (hosts) => `[${hosts.map(goJsonString).join(',')}]`)}}\n`;
}

const answers = new WeakMap<UsedNodes, string>();

/** Thousands of names: the text is made once for each object that the backend answers, whatever else changes. */
function encodedOnce(nodes: UsedNodes): string {
  const known = answers.get(nodes) ?? encode(nodes);
  answers.set(nodes, known);
  return known;
}

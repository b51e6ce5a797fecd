import type { SessionRequest } from '../../wire/session/request.js';
import type { SessionResponse } from '../../wire/session/response.js';

/**
 * Leaves the components that were asked for: version 2 has no place for them in a request and answers about all, version 1
 * answers about each that was named, known or not (docs/protocol.md §8.4).
 */
export function narrowResponse(response: SessionResponse, { method, components }: SessionRequest): SessionResponse {
  if (components === undefined || components.length === 0) return response;
  const { states, events, metrics } = response;
  if (method === 'states' && states !== undefined) return { ...response, states: only(states, components) };
  if (method === 'events' && events !== undefined) return { ...response, events: only(events, components) };
  if (method === 'metrics' && metrics !== undefined) return { ...response, metrics: only(metrics, components) };
  return response;
}

function only<T extends { component?: string | undefined }>(
  items: readonly T[],
  components: readonly string[],
): (T | { component: string })[] {
  const byName = new Map(items.map((item) => [item.component, item]));
  return components.map((component) => byName.get(component) ?? { component });
}

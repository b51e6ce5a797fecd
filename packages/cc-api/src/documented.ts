export type { components, operations, paths } from './generated/documented/types.js';
export { createDocumentedRequests } from './client/create-documented-requests.js';

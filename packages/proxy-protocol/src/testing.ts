export {
  createFakeProxy,
  type FakeAnswer,
  type FakeProxy,
  type FakeProxyOptions,
  type FakeRequest,
} from './testing/fake-proxy.js';
export type { FakeSession } from './testing/fake-session.js';
export { vmPrograms } from './testing/programs.js';
export { createTestProxy, type TestProxy, type TestProxyOptions } from './testing/test-proxy.js';
export { createVmAgent, type VmAgent, type VmAgentOptions, type VmCommand, type VmReply } from './testing/vm-agent.js';
export type { VmProcess, VmProgram } from './testing/vm-process.js';
export { hyperstartCodes, type HyperstartName } from './wire/hyperstart/commands.js';
export { isProxyError } from './wire/proxy-error.js';

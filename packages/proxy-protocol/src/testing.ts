export { vmPrograms } from './testing/programs.js';
export { createVmAgent, type VmAgent, type VmAgentOptions, type VmCommand, type VmReply } from './testing/vm-agent.js';
export type { VmProcess, VmProgram } from './testing/vm-process.js';
export { isProxyError } from './wire/proxy-error.js';

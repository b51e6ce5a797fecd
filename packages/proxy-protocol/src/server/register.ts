import type { ServerContext } from './context.js';
import type { Generation } from './control-channel.js';
import { Vm, type VmAddress } from './vm.js';

/**
 * What `hello` and `RegisterVM` share: the id is known from now on, the VM is connected to, its agent is ready.
 *
 * @throws ProxyError; then the id is free again.
 */
export async function register(address: VmAddress, generation: Generation, context: ServerContext): Promise<Vm> {
  const vm = new Vm(address, generation, context);
  context.containers.add(vm);
  try {
    await vm.connect();
  } catch (error) {
    context.containers.undo(vm);
    throw error;
  }
  return vm;
}

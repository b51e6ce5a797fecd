import { lib } from '../../tsup.base.js';

export default lib({
  index: 'src/index.ts',
  wire: 'src/wire.ts',
  server: 'src/server.ts',
  fd: 'src/fd.ts',
  testing: 'src/testing.ts',
});

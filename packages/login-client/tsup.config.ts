import { lib } from '../../tsup.base.js';

export default lib({
  index: 'src/index.ts',
  server: 'src/server.ts',
  wire: 'src/wire.ts',
  msw: 'src/msw.ts',
});

import { lib } from '../../tsup.base.js';

export default lib({
  index: 'src/index.ts',
  server: 'src/server.ts',
  testing: 'src/testing.ts',
  msw: 'src/msw.ts',
});

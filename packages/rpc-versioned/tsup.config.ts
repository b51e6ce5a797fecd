import { lib } from '../../tsup.base.js';

export default lib({
  index: 'src/index.ts',
  server: 'src/server.ts',
  transports: 'src/transports.ts',
  msw: 'src/msw.ts',
  testing: 'src/testing.ts',
});

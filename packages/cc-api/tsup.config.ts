import { lib } from '../../tsup.base.js';

export default {
  ...lib({
    index: 'src/index.ts',
    server: 'src/server.ts',
    fastify: 'src/fastify.ts',
    bcrypt: 'src/bcrypt.ts',
    testing: 'src/testing.ts',
    msw: 'src/msw.ts',
    documented: 'src/documented.ts',
  }),
  // The document and its corrections are published as they are, for @moorline/cc-api-cli.
  publicDir: 'swagger',
};

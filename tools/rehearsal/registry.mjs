import { runServer } from 'verdaccio';

/**
 * A registry that knows nobody else: what was not published to it is not there. Prints the port that it got.
 *
 * Arguments: the folder that it may write to.
 */
const [, , folder = ''] = process.argv;
const anybody = { access: '$all', publish: '$all', unpublish: '$all' };
const server = await runServer({
  self_path: folder,
  storage: `${folder}/storage`,
  uplinks: {},
  packages: { '@*/*': anybody, '**': anybody },
  auth: { htpasswd: { file: `${folder}/htpasswd` } },
  max_body_size: '100mb',
  web: { enable: false },
  log: { type: 'stdout', format: 'json', level: 'fatal' },
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (typeof address === 'object') process.stdout.write(`listening on ${address?.port}\n`);
});

import { createServer } from 'node:http';

/** The least that can answer what a replay sends: reads each body, answers 201. Prints its port. */
const server = createServer((request, response) => {
  request
    .resume()
    .on('end', () => response.writeHead(201, { 'content-type': 'application/json' }).end('{"msg":"success"}\n'));
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (typeof address === 'object') process.stdout.write(`listening on http://127.0.0.1:${address?.port}\n`);
});

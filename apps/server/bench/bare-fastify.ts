/**
 * The bound that no server on this stack goes beyond: Fastify alone on a free port. It parses the same bodies, keeps nothing,
 * and answers what it was told to.
 */
import fastify from 'fastify';

const app = fastify({ bodyLimit: 64 * 1024 ** 2 });
let answer = '';
app.addContentTypeParser('text/plain', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
app.post('/api/jobs/start_job/', (request, reply) => {
  const hasJob = typeof request.body === 'object' && request.body !== null && 'jobId' in request.body;
  return reply.code(hasJob ? 201 : 400).send({ msg: 'success' });
});
app.post('/api/write', (_request, reply) => reply.send());
app.put('/answer', (request, reply) => {
  answer = String(request.body);
  return reply.code(204).send();
});
app.get('/*', (_request, reply) => reply.type('application/json').send(answer));
process.stdout.write(`listening on ${await app.listen({ host: '127.0.0.1', port: 0 })}\n`);

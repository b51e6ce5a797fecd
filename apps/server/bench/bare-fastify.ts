/** The peer: Fastify alone on a free port. It parses the same bodies, keeps nothing, and answers the same text. */
import fastify from 'fastify';

const app = fastify();
app.post('/api/jobs/start_job/', (request, reply) => {
  const hasJob = typeof request.body === 'object' && request.body !== null && 'jobId' in request.body;
  return reply.code(hasJob ? 201 : 400).send({ msg: 'success' });
});
process.stdout.write(`listening on ${await app.listen({ host: '127.0.0.1', port: 0 })}\n`);

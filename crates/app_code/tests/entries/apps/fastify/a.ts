import Fastify, { FastifyRequest, FastifyReply, FastifyInstance } from 'fastify';
import awsLambdaFastify from '@fastify/aws-lambda';
import { execSync } from 'child_process';
const app = Fastify({ logger: true });
app.get('/a', async (request, reply) => { execSync('a ' + request.query.x); // expect: command attacker
 return { x: 1 }; });
app.post<{ Body: { x: string } }>('/b', async (request: FastifyRequest, reply: FastifyReply) => { execSync('b ' + request.body.x); // expect: command attacker
 reply.redirect(request.query.to); // expect: redirect attacker
 });
app.route({ method: 'GET', url: '/c', handler: async (req, reply) => { execSync('c ' + req.params.id); // expect: command attacker
 } });
async function routes(fastify: FastifyInstance, options) {
  fastify.get('/d', async (req) => { execSync('d ' + req.query.x); // expect: command attacker
    execSync(req.method);
  });
}
app.register(routes, { prefix: '/v1' });
app.setErrorHandler((error, request, reply) => { reply.status(500).send({ m: error.message }); }); // expect: error platform
export const handler = awsLambdaFastify(app);

const Koa = require('koa');
const Router = require('@koa/router');
const serverless = require('serverless-http');
const { execSync } = require('child_process');
const app = new Koa();
const router = new Router();
router.get('/a', async (ctx) => { execSync('a ' + ctx.query.x); // expect: command attacker
 ctx.body = '<b>' + ctx.query.y; // expect: html attacker
});
router.post('/b', async (ctx, next) => { execSync('b ' + ctx.request.body.x); // expect: command attacker
  ctx.body = { name: ctx.request.body.x };
  ctx.redirect(ctx.query.to); // expect: redirect attacker
});
router.get('/c/:id', (ctx) => { execSync('c ' + ctx.params.id); // expect: command attacker
  execSync('c ' + ctx.method);
});
app.use(async (ctx, next) => { try { await next(); } catch (e) { ctx.body = e.message; } }); // expect: error platform
app.use(router.routes());
exports.handler = serverless(app);

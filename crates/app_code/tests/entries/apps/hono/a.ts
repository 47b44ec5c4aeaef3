import { Hono } from 'hono';
import { handle } from 'hono/aws-lambda';
import type { Context } from 'hono';
import { execSync } from 'child_process';
type Bindings = { event: any };
const app = new Hono<{ Bindings: Bindings }>();
const sub = new Hono();
sub.get('/x', (c) => { execSync(c.req.query('x')); // expect: command attacker
 return c.html(`<b>${c.req.query('y')}</b>`); // expect: html attacker
});
sub.post('/y', async (c: Context) => {
  const { name } = await c.req.json();
  execSync(name); // expect: command attacker
  if (name) return c.json({ name });
  return c.text(name);
});
app.route('/sub', sub);
app.use('*', async (c, next) => { execSync(c.req.header('x-a')); // expect: command attacker
 await next(); });
app.onError((err, c) => {
  return c.json({ m: err.message }, 500); // expect: error platform
});
const list = async (c: Context) => { execSync(c.req.param('id')); // expect: command attacker
 return c.redirect(c.req.query('to')); }; // expect: redirect attacker
app.get('/list/:id', list);
export const handler = handle(app);

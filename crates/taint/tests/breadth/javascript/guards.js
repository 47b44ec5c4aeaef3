const { execSync } = require('child_process');
const fs = require('fs');
const path = require('path');
const mongoose = require('mongoose');
const express = require('express');
const ALLOWED = ['x', 'y'];
const HOSTS = new Set(['api.example.com']);
const COLUMNS = { name: 'name', age: 'age_years' };
const User = mongoose.model('User', new mongoose.Schema({ name: String }));

exports.members = async (event) => {
  const body = JSON.parse(event.body);
  if (!ALLOWED.includes(body.a)) return { statusCode: 400 };
  execSync('ls ' + body.a);
  if (!ALLOWED.includes(event.queryStringParameters?.b)) return { statusCode: 400 };
  execSync('ls ' + event.queryStringParameters.b);
  execSync('ls ' + event.queryStringParameters.c); // expect: command
  if (ALLOWED.indexOf(body.d) === -1) throw new Error('d');
  execSync('ls ' + body.d);
  if (body.e !== 'x' && body.e !== 'y') return { statusCode: 400 };
  execSync('ls ' + body.e);
  switch (body.f) {
    case 'x':
    case 'y':
      execSync('ls ' + body.f);
      break;
    default:
      execSync('ls ' + body.f); // expect: command
  }
  if (!(body.g in COLUMNS)) throw new Error('g');
  execSync('ls ' + body.g);
  if (!Object.keys(COLUMNS).includes(body.h)) throw new Error('h');
  execSync('ls ' + body.h);
  if (!Object.prototype.hasOwnProperty.call(COLUMNS, body.i)) throw new Error('i');
  execSync('ls ' + body.i);
  if (!Object.hasOwn(COLUMNS, body.j)) throw new Error('j');
  execSync('ls ' + body.j);
  if (!ALLOWED.some((one) => one === body.k)) throw new Error('k');
  execSync('ls ' + body.k);
  for (const kind of body.kinds) {
    if (!ALLOWED.includes(kind)) continue;
    execSync('ls ' + kind);
  }
  if (!HOSTS.has(body.deep.host)) throw new Error('host');
  execSync('ls ' + body.deep.host);
};

exports.notLists = async (event) => {
  const body = JSON.parse(event.body);
  if (!body.a.includes('x')) return { statusCode: 400 };
  execSync('ls ' + body.a); // expect: command
  if (!body.allowed.includes(body.b)) return { statusCode: 400 };
  execSync('ls ' + body.b); // expect: command
  if (['rm', 'mv'].includes(body.c)) return { statusCode: 400 };
  execSync('ls ' + body.c); // expect: command
  if (!ALLOWED.includes(body.d) && body.force) return { statusCode: 400 };
  execSync('ls ' + body.d); // expect: command
  if (ALLOWED.indexOf(body.e) === 0) return { statusCode: 400 };
  execSync('ls ' + body.e); // expect: command
  if (!ALLOWED.some((one) => body.f.includes(one))) return { statusCode: 400 };
  execSync('ls ' + body.f); // expect: command
};

exports.paths = async (event) => {
  const { a, b, c, d, e, f } = event.queryStringParameters;
  const resolved = path.resolve('/x', a);
  if (path.relative('/x', resolved).startsWith('..')) throw new Error('outside');
  fs.readFileSync(resolved);
  const joined = path.join('/x', b);
  fs.readFileSync(joined); // expect: path
  if (!joined.startsWith('/x/')) return { statusCode: 400 };
  fs.readFileSync(joined);
  const glued = '/x/' + c;
  if (!glued.startsWith('/x/')) return { statusCode: 400 };
  fs.readFileSync(glued); // expect: path
  if (!d.startsWith('/safe')) return { statusCode: 400 };
  fs.readFileSync(d); // expect: path
  fs.readFileSync(path.join('/x', path.normalize(e).replace(/^(\.\.(\/|\\|$))+/, '')));
  fs.readFileSync(path.join('/x', f.replace(/^(\.\.(\/|\\|$))+/, ''))); // expect: path
};

exports.hosts = async (event) => {
  const { a, b, c, d, e } = JSON.parse(event.body);
  const url = new URL(a);
  if (!HOSTS.has(url.hostname)) throw new Error('host');
  await fetch(url, { signal: AbortSignal.timeout(1000) });
  await fetch(a, { signal: AbortSignal.timeout(1000) });
  if (new URL(b).host !== 'api.example.com') throw new Error('host');
  await fetch(b, { signal: AbortSignal.timeout(1000) });
  if (new URL(c).protocol !== 'https:') throw new Error('scheme');
  await fetch(c, { signal: AbortSignal.timeout(1000) }); // expect: url
  if (!new URL(d).hostname.endsWith('.example.com')) throw new Error('host');
  await fetch(d, { signal: AbortSignal.timeout(1000) });
  if (!new URL(e).hostname.endsWith('example.com')) throw new Error('host');
  await fetch(e, { signal: AbortSignal.timeout(1000) }); // expect: url
};

const app = express();

app.get('/go', (req, res) => {
  const to = req.query.to;
  res.redirect(to); // expect: redirect
  if (!to.startsWith('/')) return res.redirect('/');
  res.redirect(to); // expect: redirect
  if (!to.startsWith('/') || to.startsWith('//')) return res.redirect('/');
  return res.redirect(to);
});

app.post('/users/:id', async (req, res) => {
  const { name, email } = req.body;
  await User.create({ name, email });
  await User.create(req.body); // expect: attribute?
  await User.create({ ...req.body }); // expect: attribute?
  await User.deleteOne({ _id: req.params.id });
  await User.deleteOne({ _id: req.query.id }); // expect: nosql
});

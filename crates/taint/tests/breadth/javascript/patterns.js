const { execSync } = require('child_process');
const fs = require('fs');
const NAME = /^[a-z0-9-]+$/i;
const MADE = new RegExp('^[a-z]+$');

exports.tested = async (event) => {
  const body = JSON.parse(event.body);
  if (!/^[a-z]+$/.test(body.name)) return { statusCode: 400 };
  execSync('ls ' + body.name);
  execSync('ls ' + body.other); // expect: command
  const kind = body.kind;
  if (!NAME.test(kind)) throw new Error('kind');
  execSync(`ls ${kind}`);
  if (MADE.test(body.made) === false) throw new Error('made');
  execSync(`ls ${body.made}`);
  const found = NAME.exec(body.found);
  if (found === null) return { statusCode: 400 };
  execSync(`ls ${body.found} ${found[0]}`);
  if (!body.text.match(/^\w+$/)) return { statusCode: 400 };
  execSync(`ls ${body.text}`);
  if (/[^a-z0-9]/.test(body.letters)) return { statusCode: 400 };
  execSync(`ls ${body.letters}`);
};

exports.notTheWhole = async (event) => {
  const { name, lines, either, denied, spaced } = JSON.parse(event.body);
  if (!/[a-z]+/.test(name)) return { statusCode: 400 };
  execSync('ls ' + name); // expect: command
  if (!/^[a-z]+$/m.test(lines)) return { statusCode: 400 };
  execSync('ls ' + lines); // expect: command
  if (!/^a|b$/.test(either)) return { statusCode: 400 };
  execSync('ls ' + either); // expect: command
  if (/[;&|`]/.test(denied)) return { statusCode: 400 };
  execSync('ls ' + denied); // expect: command
  if (!/^[\w $]+$/.test(spaced)) return { statusCode: 400 };
  execSync('ls ' + spaced); // expect: command
  if (/^[a-z]+$/.test(name)) {
    console.log('a name');
  }
  execSync('ls ' + name); // expect: command
};

const isName = (text) => /^[a-z0-9]+$/.test(text);
const isLoose = (text) => /[a-z0-9]+/.test(text);
function assertName(text) {
  if (!isName(text)) {
    throw new Error('name');
  }
}

exports.byHelpers = async (event) => {
  const body = JSON.parse(event.body);
  if (!isLoose(body.name)) return { statusCode: 400 };
  execSync('ls ' + body.name); // expect: command
  if (!isName(body.name)) return { statusCode: 400 };
  execSync('ls ' + body.name);
  assertName(body.kind);
  execSync('ls ' + body.kind);
  if (!isName(body.a) || !isName(body.b)) return { statusCode: 400 };
  execSync('ls ' + body.a + body.b);
  if (!isName(body.c) && !isName(body.d)) return { statusCode: 400 };
  execSync('ls ' + body.c); // expect: command
};

exports.replaced = async (event) => {
  const name = event.queryStringParameters.name;
  execSync('ls ' + name.replace(/[^a-z0-9]/gi, ''));
  execSync('ls ' + name.replace(/[^a-z0-9]/gi, '_'));
  execSync('ls ' + name.replace(/[^a-z0-9]/i, '_')); // expect: command
  execSync('ls ' + name.replace(/[;&|]/g, '_')); // expect: command
  fs.readFileSync('/tmp/' + name.replace(/[^a-z0-9.]/gi, '_'));
  fs.readFileSync('/tmp/' + name.replace(/[^a-z0-9./]/gi, '_')); // expect: path
};

exports.hosts = async (event) => {
  const { url, dotted } = JSON.parse(event.body);
  if (!/^https:\/\/api\.example\.com/.test(url)) return { statusCode: 400 };
  await fetch(url, { signal: AbortSignal.timeout(1000) }); // expect: url
  if (!/^https:\/\/api.example.com\//.test(dotted)) return { statusCode: 400 };
  await fetch(dotted, { signal: AbortSignal.timeout(1000) }); // expect: url
  if (!/^https:\/\/api\.example\.com\//.test(url)) return { statusCode: 400 };
  await fetch(url, { signal: AbortSignal.timeout(1000) });
};

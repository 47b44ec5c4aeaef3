// Rules of faasguard inside Node, where the kernel's own means are not to be had. Native modules and
// programs of other languages go past it.
'use strict';

((rules) => {
  const fs = require('node:fs');
  const net = require('node:net');
  const path = require('node:path');
  const child = require('node:child_process');
  const { syncBuiltinESMExports } = require('node:module');

  const told = new Set();
  const { O_NONBLOCK, O_WRONLY } = fs.constants;
  const [openSync, writeSync, closeSync] = [fs.openSync, fs.writeSync, fs.closeSync].map((one) => one.bind(fs));
  const realpath = fs.realpathSync.bind(fs);
  const exists = fs.existsSync.bind(fs);
  const lstat = fs.lstatSync.bind(fs);
  const tell = (kind, detail, target, more) => {
    if (told.has(kind + detail) || told.size >= 1000) return;
    told.add(kind + detail);
    const line = { faasguard: 'event', kind, class: null, request_id: null, function: rules.function, detail, target, mode: rules.mode, ...more };
    const bytes = Buffer.from(JSON.stringify(line) + '\n');
    let pipe;
    try {
      // A pipe takes so much at once or nothing.
      pipe = openSync(bytes.length <= 4096 ? rules.pipe : '', O_WRONLY | O_NONBLOCK);
      writeSync(pipe, bytes);
    } catch {
      try { writeSync(2, bytes); } catch { /* nobody is left to tell */ }
    }
    if (pipe !== undefined) closeSync(pipe);
  };
  const refuse = (kind, done, refused, what, why, more) => {
    tell(kind, `${rules.refuses ? refused : done} \`${what}\`, ${why}`, what, more);
    if (rules.refuses) {
      throw Object.assign(new Error(`EACCES: refused by faasguard: ${why}, '${what}'`), { code: 'EACCES', errno: -13, path: what });
    }
  };
  const patch = (object, name, before) => {
    const original = object[name];
    if (typeof original !== 'function') return;
    object[name] = function (...words) {
      before.call(this, ...words);
      return original.apply(this, words);
    };
    Object.assign(object[name], original);
  };

  if (rules.egress) {
    const entries = rules.egress.map((entry) => {
      const at = entry.lastIndexOf(':');
      return { host: entry.slice(0, at).replace(/^\[|\]$/g, '').toLowerCase().replace(/\.$/, ''), port: entry.slice(at + 1) };
    });
    const isListed = (host, port) => entries.some((entry) => {
      if (entry.port !== '*' && Number(entry.port) !== Number(port)) return false;
      if (entry.host === '*' || entry.host === host) return true;
      if (entry.host.startsWith('*.')) return host.endsWith(entry.host.slice(1));
      const [network, bits] = entry.host.split('/');
      if (!net.isIP(host) || !net.isIP(network)) return false;
      const list = new net.BlockList();
      const family = `ipv${net.isIP(network)}`;
      if (bits) list.addSubnet(network, Number(bits), family);
      else list.addAddress(network, family);
      return list.check(host, `ipv${net.isIP(host)}`);
    });
    const isLocal = (host) => host === 'localhost' || host === '::1' || host === '0.0.0.0' || host === '::' || /^(::ffff:)?127\.\d+\.\d+\.\d+$/.test(host);
    const judge = (host, port) => {
      const name = String(host ?? 'localhost').toLowerCase().replace(/\.$/, '').replace(/^::ffff:(?=\d+\.)/, '');
      if (!isLocal(name) && !isListed(name, port)) {
        refuse('egress-denied', 'connected to', 'refused to connect to', `${name}:${port}`, 'which `egress.allow` does not list');
      }
    };
    const connect = net.Socket.prototype.connect;
    net.Socket.prototype.connect = function (...words) {
      let first = words[0];
      if (Array.isArray(first)) first = first[0];
      const options = typeof first === 'object' && first !== null ? first
        : typeof first === 'number' || /^\d+$/.test(String(first)) ? { port: first, host: typeof words[1] === 'string' ? words[1] : undefined } : { path: first };
      if (options.path === undefined || options.port !== undefined) {
        try {
          judge(options.host, options.port);
        } catch (error) {
          process.nextTick(() => this.destroy(error));
          return this;
        }
      }
      return connect.apply(this, words);
    };
    const dgram = require('node:dgram');
    patch(dgram.Socket.prototype, 'connect', (port, host) => judge(typeof host === 'string' ? host : undefined, port));
    patch(dgram.Socket.prototype, 'send', (...words) => {
      const host = words.slice(1).find((word) => typeof word === 'string');
      const numbers = words.slice(1).filter((word) => typeof word === 'number');
      if (host !== undefined || numbers.length > 0) judge(host, numbers[numbers.length - 1]);
    });
  }

  if (rules.processes) {
    const patterns = rules.processes.map((pattern) => new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '[^/]*')}$`));
    const starting = (file) => {
      let program = String(file);
      if (!program.includes('/')) {
        const folder = (process.env.PATH || '').split(':').find((one) => exists(path.join(one, program)));
        program = folder ? path.join(folder, program) : program;
      }
      let real = program;
      try { real = realpath(program); } catch { return; }
      if (!patterns.some((pattern) => pattern.test(program) || pattern.test(real))) {
        refuse('process-spawned', 'started', 'refused to start', program, 'which `processes.allow` does not list', { process: real, arguments: [] });
      }
    };
    const spawn = child.ChildProcess.prototype.spawn;
    child.ChildProcess.prototype.spawn = function (options) {
      starting(options.file);
      return spawn.call(this, options);
    };
    const shell = (options) => (typeof options?.shell === 'string' ? options.shell : '/bin/sh');
    patch(child, 'spawnSync', (file, words, options) => {
      const given = Array.isArray(words) ? options : words;
      starting(given?.shell ? shell(given) : file);
    });
    patch(child, 'execFileSync', (file, words, options) => {
      const given = Array.isArray(words) ? options : words;
      starting(given?.shell ? shell(given) : file);
    });
    patch(child, 'execSync', (_, options) => starting(shell(options)));
  }

  if (rules.files) {
    const isBelow = (file, roots) => roots.some((root) => file === root || file.startsWith(root.replace(/\/$/, '') + '/'));
    const find = (file) => {
      if (typeof file === 'number' || file === undefined || file === null) return null;
      let whole = path.resolve(file instanceof URL ? file.pathname : String(file));
      try { whole = realpath(whole); } catch {
        try { whole = path.join(realpath(path.dirname(whole)), path.basename(whole)); } catch { /* as it is */ }
      }
      return whole;
    };
    const reading = (file) => {
      const whole = find(file);
      if (whole === null) return;
      if (/^\/proc\/.+\/(environ|mem)$/.test(whole)) {
        refuse('sensitive-read', 'opened', 'refused to open', whole, 'which holds the environment of a process');
      } else if (!isBelow(whole, rules.files.read) && exists(whole)) {
        refuse('sensitive-read', 'opened', 'refused to open', whole, 'which `files.read` does not list');
      }
    };
    const writing = (file) => {
      const whole = find(file);
      if (whole !== null && !isBelow(whole, rules.files.write)) {
        refuse('code-written', 'wrote', 'refused to write', whole, 'outside `/tmp`');
      }
    };
    // A name is made or removed: a link at its end is not followed.
    const naming = (file, done, refused, isNew) => {
      let whole = path.resolve(file instanceof URL ? file.pathname : String(file));
      try { whole = path.join(realpath(path.dirname(whole)), path.basename(whole)); } catch { /* as it is */ }
      const isThere = lstat(whole, { throwIfNoEntry: false }) !== undefined;
      if (isThere !== isNew && !isBelow(whole, rules.files.write)) {
        refuse('code-written', done, refused, whole, 'outside `/tmp`');
      }
    };
    const making = (file) => naming(file, 'made', 'refused to make', true);
    const removing = (file) => naming(file, 'removed', 'refused to remove', false);
    const replacing = (file) => naming(file, 'wrote', 'refused to write');
    const opening = (file, flags) => {
      const writes = typeof flags === 'number' ? (flags & 0o1103) !== 0 : /[wa+]/.test(String(flags ?? 'r'));
      (writes ? writing : reading)(file);
    };
    for (const object of [fs, fs.promises]) {
      for (const name of ['open', 'openSync']) patch(object, name, (file, flags) => opening(file, typeof flags === 'function' ? 'r' : flags));
      for (const name of ['readFile', 'readFileSync', 'createReadStream']) patch(object, name, reading);
      for (const name of ['writeFile', 'writeFileSync', 'appendFile', 'appendFileSync', 'createWriteStream', 'truncate', 'truncateSync']) patch(object, name, writing);
      for (const name of ['mkdir', 'mkdirSync']) patch(object, name, making);
      for (const name of ['unlink', 'unlinkSync', 'rmdir', 'rmdirSync', 'rm', 'rmSync']) patch(object, name, removing);
      for (const name of ['rename', 'renameSync']) patch(object, name, (from, to) => { removing(from); replacing(to); });
      for (const name of ['copyFile', 'copyFileSync']) patch(object, name, (from, to) => { reading(from); writing(to); });
      for (const name of ['link', 'linkSync']) patch(object, name, (from, to) => { reading(from); replacing(to); });
      for (const name of ['symlink', 'symlinkSync']) patch(object, name, (target, file) => { reading(path.resolve(path.dirname(String(file)), String(target))); making(file); });
    }
  }
  syncBuiltinESMExports();
})(RULES);

// Does one thing that a handler should not do, and says what came of it.
'use strict';

const fs = require('node:fs');
const net = require('node:net');
const { spawnSync } = require('node:child_process');

const connect = (host, port) => new Promise((resolve) => {
  const socket = net.connect({ host, port, timeout: 5000 });
  socket.on('connect', () => { socket.destroy(); resolve('connected'); });
  socket.on('timeout', () => { socket.destroy(); resolve('ETIMEDOUT'); });
  socket.on('error', (error) => resolve(error.code));
});

const attempt = async (what) => {
  switch (what) {
    case 'shell': {
      const { stdout, error } = spawnSync('/bin/sh', ['-c', 'echo spawned'], { encoding: 'utf8' });
      if (error) throw error;
      return stdout.trim();
    }
    case 'egress':
      return connect('192.0.2.1', 443);
    case 'metadata':
      return connect('169.254.169.254', 80);
    case 'environ':
      return fs.readFileSync('/proc/self/environ').length > 0 ? 'read' : 'empty';
    case 'write':
      fs.writeFileSync(process.env.OUTSIDE + '/planted', 'x');
      return 'written';
    case 'tmp':
      fs.writeFileSync(process.env.FAASGUARD_SCRATCH + '/left', 'x');
      return 'written';
    default:
      return 'nothing';
  }
};

exports.handler = async (event) => {
  try {
    return await attempt(event.do);
  } catch (error) {
    return error.code;
  }
};

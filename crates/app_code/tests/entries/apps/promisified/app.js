const cp = require('child_process');
const util = require('util');
const { promisify } = require('node:util');
const run = util.promisify(cp.exec);
const file = promisify(cp.execFile);

exports.handler = async (event) => {
  await run('convert ' + event.body); // expect: command attacker
  await promisify(cp.exec)('convert ' + event.body); // expect: command attacker
  await file('convert', [event.body]);
  const { stdout } = await run('date');
  return { statusCode: 200, body: stdout };
};

const { execSync } = require('child_process');

exports.handler = async (event) => {
  const query = new URLSearchParams(event.rawQueryString);
  execSync('convert ' + query.get('name')); // expect: command attacker
  for (const [key, value] of new URLSearchParams(event.body)) {
    execSync('convert ' + value); // expect: command attacker
  }
  const own = new URLSearchParams({ size: '1' });
  own.set('name', 'x');
  execSync('convert ' + own.get('name'));
  execSync('convert ' + Number(query.get('size')));
};

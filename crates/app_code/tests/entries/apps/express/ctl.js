const { execSync } = require('child_process');
exports.wrap = (f) => (req, res, next) => Promise.resolve(f(req, res, next)).catch(next);
exports.show = (req, res) => {
  execSync(req.params.id); // expect: command attacker
  res.status(200).send(`<p>${req.params.id}</p>`); // expect: html attacker
  res.status(200).send({ id: req.params.id });
};
exports.create = async (req, res) => {
  execSync(req.body.name); // expect: command attacker
};

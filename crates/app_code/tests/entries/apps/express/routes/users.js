const { Router } = require('express');
const { execSync } = require('child_process');
const ctl = require('../ctl');
const router = Router();
router.get('/:id', ctl.show);
router.post('/', ctl.wrap(ctl.create));
router.route('/x').get((req, res) => { execSync(req.query.x); // expect: command attacker
  res.render('page', { name: req.query.x });
  res.json({ a: req.query.x });
  res.send({ a: req.query.x });
  res.sendFile(req.query.x, { root: '/x' });
  res.sendFile('/x/' + req.query.f); // expect: path attacker
  res.type('text/plain').send(req.query.x);
  res.set('Content-Type', 'application/json').send(req.query.x);
}).post((req, res) => { execSync(req.body.x); }); // expect: command attacker
module.exports = router;

const express = require('express');
const { execSync } = require('child_process');
module.exports = () => {
  const router = express.Router();
  router.get('/', async (req, res, next) => {
    try { execSync(req.query.x); } catch (e) { next(e); } // expect: command attacker
  });
  return router;
};

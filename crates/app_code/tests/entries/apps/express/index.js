const express = require('express');
const serverless = require('serverless-http');
const users = require('./routes/users');
const app = express();
app.use(express.json());
app.use('/users', users);
app.use('/orders', require('./routes/orders')());
app.use((err, req, res, next) => {
  res.status(500).json({ error: err.message }); // expect: error platform
});
app.param('id', (req, res, next, id) => { require('child_process').execSync('p ' + id); next(); }); // expect: command attacker
module.exports.handler = serverless(app);

const crypto = require("crypto");

exports.handler = async () => {
  const delay = Math.random();
  return [delay, crypto.randomUUID()];
};

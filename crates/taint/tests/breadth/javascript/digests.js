const crypto = require('crypto');

function cacheKey(text) {
  return crypto.createHash('md5').update(text).digest('hex');
}

exports.handler = async (event) => {
  const { password } = JSON.parse(event.body);
  const stored = crypto.createHash('md5').update(password).digest('hex'); // expect: !weak-hash
  const etag = crypto.createHash('md5').update(event.body).digest('hex');
  const headers = { ETag: crypto.createHash('md5').update(event.body).digest('hex') };
  const token = crypto.createHash('md5').update(event.body).digest('hex'); // expect: !weak-hash
  return { statusCode: 200, headers, body: JSON.stringify({ etag, key: cacheKey(event.body), stored, token }) };
};

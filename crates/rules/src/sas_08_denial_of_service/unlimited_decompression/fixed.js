const zlib = require('zlib');

exports.handler = async (event) => {
  const text = zlib.gunzipSync(Buffer.from(event.body, 'base64'), { maxOutputLength: 1_000_000 });
  return { statusCode: 200, body: String(text.length) };
};

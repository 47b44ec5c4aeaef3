const zlib = require('zlib');

exports.handler = async (event) => {
  const packed = Buffer.from(event.body, 'base64');
  const text = zlib.gunzipSync(packed); // expect: SAS-8.24 `event.body` reaches `zlib.gunzipSync` without a limit: a small request that unpacks to gigabytes takes the memory of the function
  const few = zlib.gunzipSync(packed, { maxOutputLength: 1000 });
  return { statusCode: 200, body: String(text.length + few.length) };
};

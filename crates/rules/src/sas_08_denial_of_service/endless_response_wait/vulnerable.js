const https = require('https');

exports.handler = async (event) => {
  https.get('https://rates.example', { timeout: 2000 });
  https.get('https://rates.example'); // expect: SAS-8.26 `http.get` (no `timeout`) waits for minutes, or without end: a server that does not answer holds the function, paid for, until its timeout
  await fetch('https://rates.example', { signal: AbortSignal.timeout(2000) });
  await fetch('https://rates.example', { method: 'POST' }); // expect: SAS-8.26 `fetch` (no `signal`) waits for minutes, or without end: a server that does not answer holds the function, paid for, until its timeout
  return { statusCode: 204 };
};

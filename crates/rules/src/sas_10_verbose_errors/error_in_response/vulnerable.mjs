import fs from 'node:fs';

export const handler = (event, context, callback) => {
  fs.readFile('orders.json', (err, data) => {
    if (err) return callback(null, { statusCode: 500, body: JSON.stringify(err) }); // expect: SAS-10.11 text of an exception reaches the response body and tells callers how the function works inside
    callback(null, { statusCode: 200, body: String(data.length + event.path.length) });
  });
};

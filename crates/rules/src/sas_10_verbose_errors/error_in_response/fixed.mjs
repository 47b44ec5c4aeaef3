import fs from 'node:fs';

export const handler = (event, context, callback) => {
  fs.readFile('orders.json', (err, data) => {
    if (err) return callback(null, { statusCode: 500, body: 'no orders' });
    callback(null, { statusCode: 200, body: String(data.length + event.path.length) });
  });
};

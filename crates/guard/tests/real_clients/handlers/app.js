// Handlers for the tests. `vulnerable` does what handlers must not do, and leaves a mark.
'use strict';

const fs = require('node:fs');
const path = require('node:path');

const mark = (value) => fs.appendFileSync(process.env.MARK, JSON.stringify(value) + '\n');

exports.handler = async (event) => {
  switch (event && event.wish) {
    case 'fail':
      throw new TypeError('as asked');
    case 'exit':
      process.exit(3);
    case 'sleep':
      await new Promise((resolve) => setTimeout(resolve, 60000));
      return null;
    default:
      return event;
  }
};

exports.vulnerable = async (event) => {
  if (event.Records && event.Records[0].s3) {
    const { key } = event.Records[0].s3.object;
    mark(key);
    return fs.readFileSync(path.join(process.env.FOLDER, key), 'utf8');
  }
  const { userId } = JSON.parse(event.body);
  mark(userId);
  const rows = ['7', '8'].filter((id) => eval(`${JSON.stringify(id)} == ${userId.replace(/ OR /g, ' || ').replace(/--/g, '').replace(/([^=])=([^=])/g, '$1==$2')}`));
  return { statusCode: 200, body: JSON.stringify(rows) };
};

exports.batch = async (event) => {
  for (const record of event.Records) {
    mark(record.messageId ?? record.kinesis?.sequenceNumber ?? record.dynamodb.SequenceNumber);
  }
  return { batchItemFailures: [] };
};

const size = 20 * 1024 * 1024;

exports.stream = awslambda.streamifyResponse(async (event, response) => {
  response.setContentType('application/octet-stream');
  const piece = Buffer.alloc(64 * 1024, 'x');
  for (let sent = 0; sent < size; sent += piece.length) {
    if (!response.write(piece)) {
      await new Promise((resolve) => response.once('drain', resolve));
    }
  }
  response.end();
});

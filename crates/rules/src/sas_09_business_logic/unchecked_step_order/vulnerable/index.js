const { DynamoDBClient } = require("@aws-sdk/client-dynamodb");
const { DynamoDBDocumentClient, GetCommand, QueryCommand, UpdateCommand } = require("@aws-sdk/lib-dynamodb");
const client = DynamoDBDocumentClient.from(new DynamoDBClient({}));

exports.handler = async (event) => {
  await client.send(new UpdateCommand({ // expect: SAS-9.11 `status` becomes `shipped` whatever it was before: a request can leave out the steps in between
    TableName: "orders",
    Key: { number: event.pathParameters.number },
    UpdateExpression: "SET #s = :s",
    ExpressionAttributeNames: { "#s": "status" },
    ExpressionAttributeValues: { ":s": "shipped" },
  }));
  return { statusCode: 204 };
};

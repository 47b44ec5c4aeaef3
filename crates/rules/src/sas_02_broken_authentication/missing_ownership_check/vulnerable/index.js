const { DynamoDBClient } = require("@aws-sdk/client-dynamodb");
const { DynamoDBDocumentClient, GetCommand, QueryCommand, UpdateCommand } = require("@aws-sdk/lib-dynamodb");
const client = DynamoDBDocumentClient.from(new DynamoDBClient({}));

exports.handler = async (event) => {
  const found = await client.send(new GetCommand({ // expect: SAS-2.27 `event.pathParameters.id` alone picks the record of `@aws-sdk/lib-dynamodb.GetCommand`: any user who knows or guesses an id gets at those of others
    TableName: "orders", Key: { id: event.pathParameters.id },
  }));
  return { statusCode: 200, body: JSON.stringify(found.Item) };
};

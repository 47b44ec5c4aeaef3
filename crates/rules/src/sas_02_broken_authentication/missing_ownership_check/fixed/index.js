const { DynamoDBClient } = require("@aws-sdk/client-dynamodb");
const { DynamoDBDocumentClient, GetCommand, QueryCommand, UpdateCommand } = require("@aws-sdk/lib-dynamodb");
const client = DynamoDBDocumentClient.from(new DynamoDBClient({}));

exports.handler = async (event) => {
  const user = event.requestContext.authorizer.jwt.claims.sub;
  const found = await client.send(new GetCommand({
    TableName: "orders", Key: { id: event.pathParameters.id },
  }));
  if (found.Item.ownerId !== user) return { statusCode: 404 };
  return { statusCode: 200, body: JSON.stringify(found.Item) };
};

const { DynamoDBClient } = require("@aws-sdk/client-dynamodb");
const { DynamoDBDocumentClient, GetCommand, QueryCommand, UpdateCommand } = require("@aws-sdk/lib-dynamodb");
const client = DynamoDBDocumentClient.from(new DynamoDBClient({}));

exports.handler = async (event) => {
  const { tenantId } = event.queryStringParameters;
  if (tenantId !== event.requestContext.authorizer.jwt.claims.tenant) return { statusCode: 403 };
  const found = await client.send(new QueryCommand({
    TableName: "orders",
    KeyConditionExpression: "tenantId = :t",
    ExpressionAttributeValues: { ":t": tenantId },
  }));
  return { statusCode: 200, body: JSON.stringify(found.Items) };
};

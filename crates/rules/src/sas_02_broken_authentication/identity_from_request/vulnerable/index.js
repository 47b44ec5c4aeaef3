const { DynamoDBClient } = require("@aws-sdk/client-dynamodb");
const { DynamoDBDocumentClient, GetCommand, QueryCommand, UpdateCommand } = require("@aws-sdk/lib-dynamodb");
const client = DynamoDBDocumentClient.from(new DynamoDBClient({}));

exports.handler = async (event) => {
  const { tenantId } = event.queryStringParameters;
  const found = await client.send(new QueryCommand({ // expect: SAS-2.26 `tenantId` picks whose data `@aws-sdk/lib-dynamodb.QueryCommand` works on, and nothing shows that it is the caller's own
    TableName: "orders",
    KeyConditionExpression: "tenantId = :t",
    ExpressionAttributeValues: { ":t": tenantId },
  }));
  return { statusCode: 200, body: JSON.stringify(found.Items) };
};

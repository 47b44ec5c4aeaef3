const { DynamoDBClient } = require("@aws-sdk/client-dynamodb");
const { DynamoDBDocumentClient, GetCommand, QueryCommand, UpdateCommand } = require("@aws-sdk/lib-dynamodb");
const client = DynamoDBDocumentClient.from(new DynamoDBClient({}));

exports.handler = async (event) => {
  await client.send(new UpdateCommand({
    TableName: "orders",
    Key: { number: event.pathParameters.number },
    UpdateExpression: "SET #s = :s",
    ConditionExpression: "#s = :before",
    ExpressionAttributeNames: { "#s": "status" },
    ExpressionAttributeValues: { ":s": "shipped", ":before": "paid" },
  }));
  return { statusCode: 204 };
};

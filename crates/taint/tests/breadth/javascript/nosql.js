const { MongoClient } = require("mongodb");
const mongoose = require("mongoose");
const AWS = require("aws-sdk");
const { DynamoDBClient, ExecuteStatementCommand, ScanCommand } = require("@aws-sdk/client-dynamodb");
const { DynamoDBDocumentClient, QueryCommand, GetCommand } = require("@aws-sdk/lib-dynamodb");

const client = new MongoClient(process.env.MONGO);
const User = mongoose.model("User", new mongoose.Schema({ name: String }));
const dynamo = new AWS.DynamoDB.DocumentClient();
const db = DynamoDBDocumentClient.from(new DynamoDBClient({}));

exports.login = async (event) => {
  const body = JSON.parse(event.body);
  const users = client.db("shop").collection("users");
  const user = await users.findOne({ name: body.name, password: body.password }); // expect: nosql
  await users.findOne({ name: String(body.name) });
  await users.find({ $where: `this.name == '${body.name}'` }).toArray(); // expect: code nosql
  await User.findOne({ name: body.name }); // expect: nosql
  await User.findOne({ name: { $eq: body.name } });
  await User.find(body.filter); // expect: nosql code
  if (typeof body.name !== "string") return { statusCode: 400 };
  await users.findOne({ name: body.name });
  return { statusCode: 200, body: user ? "yes" : "no" };
};

exports.query = async (event) => {
  const name = event.queryStringParameters.name;
  await client.db().collection("users").findOne({ name });
  await db.send(new ExecuteStatementCommand({ Statement: `SELECT * FROM users WHERE name = '${name}'` })); // expect: nosql
  await db.send(
    new ExecuteStatementCommand({
      Statement: "SELECT * FROM users WHERE name = ?",
      Parameters: [{ S: name }],
    })
  );
  await dynamo.scan({ TableName: "users", FilterExpression: "#n = " + name }).promise(); // expect: nosql
  await dynamo
    .scan({
      TableName: "users",
      FilterExpression: "#n = :n",
      ExpressionAttributeValues: { ":n": name },
    })
    .promise();
  await db.send(new QueryCommand({ TableName: "t", KeyConditionExpression: `id = ${name}` })); // expect: nosql
  await db.send(new GetCommand({ TableName: "t", Key: { id: name } }));
  await db.send(new ScanCommand(JSON.parse(event.body))); // expect: nosql
};

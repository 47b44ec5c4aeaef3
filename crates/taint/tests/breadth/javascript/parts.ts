import { exec } from "child_process";
import { APIGatewayProxyEvent } from "aws-lambda";
import { MongoClient } from "mongodb";

const users = new MongoClient(process.env.URL!).db().collection("users");
const COMMANDS = ["start", "stop"];

// What is tested of a field holds for that field, and for no other.
export const control = async (event: APIGatewayProxyEvent) => {
  const body = JSON.parse(event.body!);
  if (!COMMANDS.includes(body.command)) return { statusCode: 400, body: "" };
  exec("service web " + body.command);
  exec("service web " + body.name); // expect: command
  body.command = body.name;
  exec("service web " + body.command); // expect: command
  if (COMMANDS.includes(event.queryStringParameters!.verb!)) {
    exec("service web " + event.queryStringParameters!.verb);
  }
  exec("service web " + event.queryStringParameters!.verb); // expect: command
  return { statusCode: 200, body: "" };
};

export const perhaps = async (event: APIGatewayProxyEvent) => {
  const body = JSON.parse(event.body!);
  if (event.httpMethod === "PUT") {
    if (!COMMANDS.includes(body.command)) return { statusCode: 400, body: "" };
    exec("service web " + body.command);
  }
  exec("service web " + body.command); // expect: command
  return { statusCode: 200, body: "" };
};

export const login = async (event: APIGatewayProxyEvent) => {
  const body = JSON.parse(event.body!);
  await users.findOne({ name: body.name }); // expect: nosql
  if (typeof body.name !== "string") return { statusCode: 400, body: "" };
  await users.findOne({ name: body.name });
  await users.findOne({ name: body.other }); // expect: nosql
  if (typeof body.count === "number") exec("head -n " + body.count);
  return { statusCode: 200, body: "" };
};

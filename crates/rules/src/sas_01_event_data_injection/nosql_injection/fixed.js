const { MongoClient } = require("mongodb");

const client = new MongoClient(process.env.DATABASE);

exports.handler = async (event) => {
  const body = JSON.parse(event.body);
  const users = client.db("shop").collection("users");
  return users.findOne({ name: String(body.name), age: Number(body.age) });
};

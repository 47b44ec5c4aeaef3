const { MongoClient } = require("mongodb");

const client = new MongoClient(process.env.DATABASE);

exports.handler = async (event) => {
  const body = JSON.parse(event.body);
  const users = client.db("shop").collection("users");
  await users.findOne({ name: String(body.name) });
  return users.findOne({ name: body.name }); // expect: SAS-1.11 `event.body.name` reaches `mongodb.Collection.findOne` as part of a query: operators in it (`{"$ne": ""}`) match what was not asked for
};

const mysql = require("mysql2/promise");
const Stripe = require("stripe");
const { DynamoDBDocumentClient, PutCommand } = require("@aws-sdk/lib-dynamodb");
const { DynamoDBClient, PutItemCommand } = require("@aws-sdk/client-dynamodb");
const { marshall } = require("@aws-sdk/util-dynamodb");

const stripe = new Stripe(process.env.STRIPE_KEY);
const table = DynamoDBDocumentClient.from(new DynamoDBClient({}));

exports.handler = async (event) => {
  const { item, price } = JSON.parse(event.body);
  const connection = await mysql.createConnection({});
  await connection.execute("UPDATE orders SET item = ? WHERE price = ?", [item, price]);
  await connection.execute("UPDATE orders SET price = ? WHERE item = ?", [price, item]); // expect: SAS-9.10 `price` is stored as the request says: whoever sends it decides what only the application should know
};

exports.checkout = async (event) => {
  const cart = JSON.parse(event.body);
  const amount = cart.items.reduce((sum, item) => sum + item.price * item.count, 0);
  await stripe.paymentIntents.create({ amount, currency: "eur" }); // expect: SAS-9.10 `price` is charged as the request says: whoever sends it decides what only the application should know
  await table.send(new PutCommand({ TableName: "carts", Item: cart })); // expect: SAS-9.10 `event.body` is stored with whatever fields the request has: whoever sends it adds a role or a price
  await table.send(new PutItemCommand({ TableName: "carts", Item: marshall(cart) })); // expect: SAS-9.10 `event.body` is stored with whatever fields the request has: whoever sends it adds a role or a price
};

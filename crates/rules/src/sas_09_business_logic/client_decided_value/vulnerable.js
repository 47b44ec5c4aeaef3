const mysql = require("mysql2/promise");

exports.handler = async (event) => {
  const { item, price } = JSON.parse(event.body);
  const connection = await mysql.createConnection({});
  await connection.execute("UPDATE orders SET item = ? WHERE price = ?", [item, price]);
  await connection.execute("UPDATE orders SET price = ? WHERE item = ?", [price, item]); // expect: SAS-9.10 `price` is stored as the request says: whoever sends it decides what only the application should know
};

const mysql = require("mysql2/promise");

exports.handler = async (event) => {
  const connection = await mysql.createConnection(process.env.DATABASE);
  const { id, limit } = event.queryStringParameters;
  await connection.query("SELECT * FROM orders WHERE id = ?", [id]);
  return connection.query(`SELECT * FROM orders LIMIT ${Number(limit)}`);
};

const mysql = require("mysql2/promise");

exports.handler = async (event) => {
  const connection = await mysql.createConnection(process.env.DATABASE);
  const { id } = event.pathParameters;
  await connection.execute("SELECT * FROM orders WHERE id = ?", [id]);
  return connection.query(`SELECT * FROM orders WHERE id = '${id}'`); // expect: SAS-1.10 `id` reaches `mysql.Connection.query` as part of a statement: whoever sends it reads and changes what the database holds
};

const mysql = require("mysql");
const mysql2 = require("mysql2/promise");
const { Pool, Client } = require("pg");
const { Sequelize, QueryTypes } = require("sequelize");
const { PrismaClient, Prisma } = require("@prisma/client");
const Database = require("better-sqlite3");
const sqlite3 = require("sqlite3").verbose();
const knex = require("knex")({ client: "pg" });

const connection = mysql.createConnection({ host: process.env.HOST });
const pool = new Pool();
const sequelize = new Sequelize(process.env.URL);
const prisma = new PrismaClient();

exports.mysql = (event, context, callback) => {
  const id = event.pathParameters.id;
  connection.query("SELECT * FROM t WHERE id = " + id, (err, rows) => {}); // expect: sql
  connection.query({ sql: `SELECT * FROM t WHERE id = '${id}'` }, () => {}); // expect: sql
  connection.query("SELECT * FROM t WHERE id = ?", [id], (err, rows) => {
    callback(null, rows);
  });
  connection.query("SELECT * FROM t WHERE id = " + connection.escape(id), () => {});
  const sql = mysql.format("SELECT * FROM t WHERE id = ?", [id]);
  connection.query(sql, () => {});
};

exports.pg = async (event) => {
  const { name, sort } = event.queryStringParameters;
  const client = new Client();
  await client.connect();
  await client.query(`SELECT * FROM t WHERE name = '${name}'`); // expect: sql
  await pool.query("SELECT * FROM t ORDER BY " + sort); // expect: sql
  await pool.query({ text: "SELECT * FROM t WHERE name = '" + name + "'" }); // expect: sql
  await client.query("SELECT * FROM t WHERE name = $1", [name]);
  await pool.query({ text: "SELECT * FROM t WHERE name = $1", values: [name] });
  const column = { price: "price", name: "name" }[sort] || "id";
  await pool.query("SELECT * FROM t ORDER BY " + column);
  const c = await pool.connect();
  await c.query("DELETE FROM t WHERE name = '" + name + "'"); // expect: sql
};

exports.orm = async (event) => {
  const { name } = JSON.parse(event.body);
  await sequelize.query(`SELECT * FROM t WHERE n = '${name}'`, { type: QueryTypes.SELECT }); // expect: sql
  await sequelize.query("SELECT * FROM t WHERE n = :name", { replacements: { name } });
  await prisma.$queryRawUnsafe(`SELECT * FROM t WHERE n = '${name}'`); // expect: sql
  await prisma.$queryRawUnsafe("SELECT * FROM t WHERE n = $1", name);
  await prisma.$queryRaw`SELECT * FROM t WHERE n = ${name}`;
  await prisma.$executeRawUnsafe("DELETE FROM t WHERE n = '" + name + "'"); // expect: sql
  await prisma.$queryRaw(Prisma.raw(`SELECT * FROM t WHERE n = '${name}'`)); // expect: sql
  await knex.raw(`select * from t where n = '${name}'`); // expect: sql
  await knex.raw("select * from t where n = ?", [name]);
  await knex("t").whereRaw(`n = '${name}'`); // expect: sql?
  await knex("t").where({ n: name }).select("*");
};

exports.lite = async (event) => {
  const name = event.queryStringParameters.name;
  const db = new Database("/tmp/a.db");
  db.prepare(`SELECT * FROM t WHERE n = '${name}'`).all(); // expect: sql
  db.prepare("SELECT * FROM t WHERE n = ?").all(name);
  db.exec("DELETE FROM t WHERE n = '" + name + "'"); // expect: sql
  const old = new sqlite3.Database(":memory:");
  old.all("SELECT * FROM t WHERE n = '" + name + "'", (err, rows) => {}); // expect: sql
  old.get("SELECT * FROM t WHERE n = ?", [name], () => {});
};

exports.two = async (event) => {
  const conn = await mysql2.createConnection({});
  const [rows] = await conn.execute(`SELECT * FROM t WHERE n = '${event.body}'`); // expect: sql
  await conn.execute("SELECT * FROM t WHERE n = ?", [event.body]);
  return rows;
};

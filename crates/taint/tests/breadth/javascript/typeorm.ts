import { APIGatewayProxyEvent, APIGatewayProxyResult, SQSEvent } from "aws-lambda";
import { getRepository, getConnection, DataSource } from "typeorm";
import { Order } from "./entities";

const source = new DataSource({ type: "postgres" });

export const search = async (event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> => {
  const name = event.queryStringParameters?.name ?? "";
  await source.query(`SELECT * FROM orders WHERE name = '${name}'`); // expect: sql
  await source.query("SELECT * FROM orders WHERE name = $1", [name]);
  const repository = getRepository(Order);
  await repository.query("SELECT * FROM orders WHERE name = '" + name + "'"); // expect: sql
  await repository.createQueryBuilder("o").where(`o.name = '${name}'`).getMany(); // expect: sql
  await repository.createQueryBuilder("o").where("o.name = :name", { name }).getMany();
  await repository.find({ where: { name } });
  await getConnection().query(`DELETE FROM orders WHERE name = '${name}'`); // expect: sql
  return { statusCode: 200, body: "[]" };
};

interface Job {
  table: string;
  count: number;
}

export async function work(event: SQSEvent): Promise<void> {
  for (const record of event.Records) {
    const job = JSON.parse(record.body) as Job;
    await source.query(`TRUNCATE ${job.table}`); // expect: sql
    await source.query("DELETE FROM jobs WHERE id = $1", [job.count]);
  }
}

class OrderService {
  constructor(private readonly source: DataSource) {}

  async byName(name: string): Promise<Order[]> {
    return this.source.query(`SELECT * FROM orders WHERE name = '${name}'`); // expect: sql
  }

  async byId(id: number): Promise<Order[]> {
    return this.source.query("SELECT * FROM orders WHERE id = $1", [id]);
  }
}

const service = new OrderService(source);

export const find = async ({ pathParameters }: APIGatewayProxyEvent) => {
  const orders = await service.byName(pathParameters!.name!);
  await service.byId(Number(pathParameters!.id));
  return { statusCode: 200, body: JSON.stringify(orders) };
};

import { DynamoDB, type GetItemInput as Input } from "@aws-sdk/client-dynamodb";
import express = require("express");
export * from "./orders";
declare module "x" { interface Y { z?: string } }
enum State { Open = 1, Closed = "c" }
abstract class Base<T extends object = {}> { static #count = 0; constructor(protected readonly db: DynamoDB, public id?: string) {} abstract get name(): string; static { Base.#count++; } }
@injectable() class Order extends Base<{ a: number }> { get name() { return super.constructor.name; } async *lines(@Inject() n: number) { yield* [n]; } }
const { a = 1, ...rest } = JSON.parse("{}") as Record<string, unknown>, [first, , third = first!] = [1, 2, 3] satisfies number[];
type F = <T>(x: T) => asserts x is NonNullable<T>;
export const handler = async (event: { body?: string; path: `/${string}` }, context: unknown): Promise<unknown> => {
  label: for (const key in event) { for await (const x of new Order(new DynamoDB({})).lines(2)) { if (x > 1) continue label; else break label; } }
  try { eval(event?.body?.["x"] ?? `a${event.path}b`); } catch { throw new Error("x", { cause: event }); } finally { delete rest.a; }
  switch (typeof event) { case "object": { return { statusCode: 200, body: String.raw`x${a}` }; } default: void 0; }
  do { var i = i ? ~i >>> 1 : -1; } while (i++ < 3 && !(i in [1]) || i instanceof Order);
  return await import("./" + event.path).then(function named({ default: d }) { return d(...arguments, /re[/]x/giu.test(event.body ?? "")); });
};
export default class<T> { [key: string]: any; static async ["computed" + 1]() { return <T>new.target; } }

const { execSync } = require("child_process");
const { z } = require("zod");
const Joi = require("joi");
const yup = require("yup");
const Ajv = require("ajv");

const Order = z.object({
  id: z.string().min(1).regex(/^[a-z0-9-]+$/),
  kind: z.enum(["small", "large"]).optional(),
  count: z.number().int().positive(),
  key: z.string().uuid(),
  free: z.string().max(20),
  open: z.string().regex(/[a-z]+/),
  owner: z.object({ name: z.string(), role: z.literal("owner") }),
});

exports.handler = async (event) => {
  const order = Order.parse(JSON.parse(event.body));
  execSync("ls " + order.id);
  execSync("ls " + order.kind);
  execSync(`head -${order.count}`);
  execSync("ls " + order.key);
  execSync("ls " + order.owner.role);
  execSync("ls " + order.free); // expect: command
  execSync("ls " + order.open); // expect: command
  execSync("ls " + order.owner.name); // expect: command
};

exports.safely = async (event) => {
  const result = Order.safeParse(JSON.parse(event.body));
  if (!result.success) return { statusCode: 400 };
  execSync("ls " + result.data.id);
  execSync("ls " + result.data.free); // expect: command
  return { statusCode: 200 };
};

const schema = Joi.object({
  name: Joi.string().alphanum().required(),
  size: Joi.string().valid("s", "m"),
  code: Joi.string().pattern(/^[A-Z]{3}$/),
  free: Joi.string().required(),
});

exports.joined = async (event) => {
  const body = JSON.parse(event.body);
  const { error, value } = schema.validate(body);
  if (error) return { statusCode: 400 };
  execSync("ls " + value.name);
  execSync("ls " + value.size);
  execSync("ls " + value.code);
  execSync("ls " + value.free); // expect: command
  return { statusCode: 200 };
};

exports.unchecked = async (event) => {
  const { error, value } = schema.validate(JSON.parse(event.body));
  execSync("ls " + value.name); // expect: command
  return { statusCode: error ? 400 : 200 };
};

const shape = yup.object({ id: yup.string().matches(/^[a-z]+$/), free: yup.string() });

exports.shaped = async (event) => {
  const body = await shape.validate(JSON.parse(event.body));
  execSync("ls " + body.id);
  execSync("ls " + body.free); // expect: command
};

const ajv = new Ajv();
const fits = ajv.compile({
  type: "object",
  properties: { id: { type: "string", pattern: "^[a-z]+$" }, free: { type: "string" } },
});

exports.compiled = async (event) => {
  const body = JSON.parse(event.body);
  if (!fits(body)) {
    execSync("ls " + body.id); // expect: command
    return { statusCode: 400 };
  }
  execSync("ls " + body.id);
  execSync("ls " + body.free); // expect: command
  return { statusCode: 200 };
};

// Runs one JavaScript or TypeScript handler for `moto_evidence.py` and prints every call of an AWS SDK (v2 and v3)
// as a line of JSON: node --import tsx moto_evidence.cjs FILE HANDLER EVENTS
// The endpoint of moto is in AWS_ENDPOINT_URL. What moto refuses is answered with an empty object.
"use strict";
const fs = require("node:fs");
const { createRequire } = require("node:module");
const { pathToFileURL } = require("node:url");

const [file, name, events] = process.argv.slice(2);
const local = createRequire(file);
const told = (call) => fs.writeSync(1, `\n${JSON.stringify({ call })}\n`);
const plain = (value) => JSON.parse(JSON.stringify(value ?? {}, (_, it) => (typeof it === "bigint" ? `${it}` : it)) ?? "{}");

// Version 3: every client inherits one `send`; commands of lib-dynamodb wrap those of the client.
const DOCUMENT = { Get: "GetItem", Put: "PutItem", Update: "UpdateItem", Delete: "DeleteItem" };
for (const [base, some] of [["@aws-sdk/client-s3", "S3Client"], ["@aws-sdk/client-dynamodb", "DynamoDBClient"]]) {
    let owner = local(base)[some].prototype;
    while (!Object.hasOwn(owner, "send")) owner = Object.getPrototypeOf(owner);
    if (owner.isWatched) continue;
    owner.isWatched = true;
    const send = owner.send;
    owner.send = async function (command, ...more) {
        const written = command.constructor.name.replace(/Command$/, "").replace(/^_+/, "");
        const one = { id: this.config.serviceId, operation: DOCUMENT[written] ?? written, parameters: plain(command.input) };
        one.region = await this.config.region();
        one.is_own = (await this.config.credentials()).accessKeyId === process.env.AWS_ACCESS_KEY_ID;
        const callback = more.find((it) => typeof it === "function");
        let result = {};
        try {
            result = await send.call(this, command);
            one.by = "moto";
        } catch (error) {
            one.by = `stand-in: ${error.name}`;
        }
        told(one);
        if (callback) callback(null, result);
        return result;
    };
}

// Version 2: requests are objects with `send` and `promise`; they are recorded, not sent.
const AWS = local("aws-sdk");
AWS.Service.prototype.makeRequest = function (operation, parameters, callback) {
    const one = { id: this.api.serviceId, parameters: plain(parameters), by: "stand-in: version 2", is_own: true };
    one.region = this.config.region;
    one.operation = operation[0].toUpperCase() + operation.slice(1);
    told(one);
    const answer = { promise: async () => ({}), send: (then) => then?.(null, {}), on: () => answer, createReadStream: () => fs.createReadStream("/dev/null") };
    if (typeof parameters === "function") parameters(null, {});
    else if (callback) callback(null, {});
    return answer;
};

// An event in which every field is there.
const open = (value) => typeof value !== "object" || value === null ? value : new Proxy(value, {
    get: (target, key) => key in target || typeof key === "symbol" || key === "then" || key === "toJSON" ? open(target[key]) : "1",
});

async function main() {
    const module = await import(pathToFileURL(file).href);
    const handler = module[name] ?? module.default?.[name];
    const context = { awsRequestId: "1", functionName: "f", getRemainingTimeInMillis: () => 9000, invokedFunctionArn: "arn:aws:lambda:us-east-1:123456789012:function:f" };
    for (const event of JSON.parse(fs.readFileSync(events, "utf8"))) {
        for (const one of [event, open(event)]) {
            try {
                const ended = new Promise((resolve) => { setTimeout(resolve, 3000).unref(); });
                await Promise.race([ended, handler(one, context, () => {})]);
            } catch (error) {
                fs.writeSync(1, `\n${JSON.stringify({ error: `${error}`.slice(0, 100) })}\n`);
            }
        }
    }
    await new Promise((resolve) => { setTimeout(resolve, 300); });
}

main().then(() => process.exit(0), (error) => {
    fs.writeSync(1, `\n${JSON.stringify({ error: `${error}`.slice(0, 200) })}\n`);
    process.exit(0);
});

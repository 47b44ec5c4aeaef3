const fs = require("fs");
const { pipeline } = require("stream/promises");
const { execSync } = require("child_process");
const { S3Client, GetObjectCommand } = require("@aws-sdk/client-s3");

const s3 = new S3Client({});

exports.handler = async (event) => {
  const { bucket, object } = event.Records[0].s3;
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket.name, Key: object.key }));
  await pipeline(Body, fs.createWriteStream("/tmp/a"));
  execSync(`echo ${fs.readFileSync("/tmp/a", "utf8")}`); // expect: command
  Body.pipe(fs.createWriteStream("/tmp/b"));
  execSync(`echo ${fs.readFileSync("/tmp/b", "utf8")}`); // expect: command
  const path = `/tmp/${process.hrtime.bigint()}`;
  await fs.promises.writeFile(path, await Body.transformToByteArray());
  execSync(`echo ${await fs.promises.readFile(path, "utf8")}`); // expect: command
  fs.readFile(path, "utf8", (error, text) => {
    eval(text); // expect: code
  });
  fs.unlinkSync(path);

  execSync(`echo ${fs.readFileSync("/opt/a", "utf8")}`);
  fs.writeFileSync("/tmp/c", "constant");
  execSync(`echo ${fs.readFileSync("/tmp/c", "utf8")}`);
};

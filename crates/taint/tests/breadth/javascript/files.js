const fs = require("fs");
const fsp = require("fs/promises");
const path = require("path");
const { readFile } = require("fs").promises;
const AdmZip = require("adm-zip");

exports.onUpload = async (event) => {
  for (const record of event.Records) {
    const key = decodeURIComponent(record.s3.object.key.replace(/\+/g, " "));
    const target = path.join("/tmp", key);
    fs.writeFileSync(target, "x"); // expect: path
    fs.createWriteStream(`/tmp/${key}`); // expect: path
    fs.writeFileSync(path.join("/tmp", path.basename(key)), "x");
    fs.unlink(target, () => {}); // expect: path
  }
};

exports.download = async (event) => {
  const name = event.queryStringParameters.name;
  const text = fs.readFileSync("./docs/" + name, "utf8"); // expect: path
  await fsp.readFile(path.resolve("docs", name)); // expect: path
  await readFile(`docs/${name}`); // expect: path
  fs.createReadStream(path.normalize("docs/" + name)); // expect: path
  const full = path.resolve("/var/docs", name);
  if (!full.startsWith("/var/docs/")) {
    return { statusCode: 400, body: "no" };
  }
  await fsp.readFile(full);
  const names = ["a.txt", "b.txt"];
  if (!names.includes(name)) return { statusCode: 404 };
  fs.readFileSync("./docs/" + name);
  return { statusCode: 200, body: text };
};

exports.id = async (event) => {
  const id = parseInt(event.pathParameters.id, 10);
  return fs.readFileSync(`/data/${id}.json`);
};

exports.unpack = async (event) => {
  const zip = new AdmZip(Buffer.from(event.body, "base64"));
  for (const entry of zip.getEntries()) {
    fs.writeFileSync("/tmp/" + entry.entryName, entry.getData()); // expect: path !request-data-in-temporary-file
  }
};

exports.load = async (event) => {
  require("./plugins/" + event.queryStringParameters.plugin); // expect: code
};

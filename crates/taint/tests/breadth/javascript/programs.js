const { exec, execSync, spawn, spawnSync, execFile } = require("child_process");
const cp = require("node:child_process");
const util = require("util");
const execAsync = util.promisify(require("child_process").exec);
const run = util.promisify(exec);
const shell = require("shelljs");
const execa = require("execa");
const vm = require("vm");

exports.convert = async (event) => {
  const { file, width } = JSON.parse(event.body);
  await execAsync(`convert ${file} -resize ${width} /tmp/out.png`); // expect: command
  await run("identify " + file); // expect: command
  await util.promisify(cp.execFile)("identify", [file]);
  execSync("file " + file); // expect: command
  spawn("sh", ["-c", "file " + file]); // expect: command
  spawnSync("ls " + file, { shell: true }); // expect: command
  spawn("file", ["--", file]);
  execFile("file", ["--", file]);
  shell.exec("file " + file); // expect: command
  await execa.command("file " + file, { shell: true }); // expect: command
  await execa("file", ["--", file]);
  cp.exec("date", { cwd: "/tmp" });
  return { statusCode: 200, body: "ok" };
};

exports.calculate = async (event) => {
  const formula = event.queryStringParameters.formula;
  eval(formula); // expect: code
  new Function("x", "return " + formula)(3); // expect: code
  setTimeout("log(" + formula + ")", 10); // expect: code
  setTimeout(() => console.log("x"), 10);
  vm.runInNewContext(formula, {}); // expect: code
  new vm.Script(formula).runInThisContext(); // expect: code
  vm.runInNewContext("a + b", { a: 1, b: Number(formula) });
  return { statusCode: 200, body: String(Number(formula)) };
};

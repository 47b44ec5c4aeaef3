const serialize = require("node-serialize");
const { exec } = require("child_process");

const handlers = {
  "list-orders": listOrders,
  "get-report": (event) => getReport(event),
};

async function listOrders(event) {
  exec("ls /orders/" + event.user); // expect: command
  return [];
}

async function getReport(event) {
  exec("cat /reports/" + event.report); // expect: command
}

function remove(event) {
  exec("rm /orders/" + event.order); // expect: command
}

exports.handler = async (event) => {
  const req = serialize.unserialize(event.body); // expect: deserialization
  const headers = serialize.unserialize(event.headers); // expect: deserialization
  const handle = handlers[req.action];
  if (!handle) return { statusCode: 404 };
  return handle({ user: req.user, report: req.report, headers });
};

exports.direct = async (event, context) => {
  switch (event.action) {
    case "remove":
      return remove(event);
    case "report":
      return handlers["get-report"](event);
    default:
      return { statusCode: 400 };
  }
};

const routes = new Map([["GET /files", listFiles]]);

async function listFiles(event) {
  exec("ls /files/" + event.queryStringParameters.folder); // expect: command
}

exports.routed = async (event) => {
  const route = routes.get(`${event.httpMethod} ${event.path}`);
  return route ? route(event) : { statusCode: 404 };
};

exports.safe = async (event) => JSON.parse(event.body);

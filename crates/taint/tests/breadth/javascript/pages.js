const ejs = require("ejs");
const pug = require("pug");
const Handlebars = require("handlebars");
const nunjucks = require("nunjucks");
const escapeHtml = require("escape-html");
const AWS = require("aws-sdk");
const { SESClient, SendEmailCommand } = require("@aws-sdk/client-ses");
const nodemailer = require("nodemailer");

const ses = new AWS.SES();
const mailer = new SESClient({});

exports.hello = async (event) => {
  const name = event.queryStringParameters.name;
  return {
    statusCode: 200,
    headers: { "Content-Type": "text/html" },
    body: `<h1>Hello ${name}</h1>`, // expect: html
  };
};

exports.escaped = async (event) => {
  const name = event.queryStringParameters.name;
  return {
    statusCode: 200,
    headers: { "content-type": "text/html; charset=utf-8" },
    body: `<h1>Hello ${escapeHtml(name)}</h1>`,
  };
};

exports.json = async (event) => ({
  statusCode: 200,
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ name: event.queryStringParameters.name }),
});

exports.templates = async (event) => {
  const body = JSON.parse(event.body);
  ejs.render(body.template, { a: 1 }); // expect: template
  pug.compile(body.template); // expect: template
  Handlebars.compile(body.template)({}); // expect: template
  nunjucks.renderString(body.template, {}); // expect: template
  ejs.render("<p><%= name %></p>", { name: body.name });
  Handlebars.compile("<p>{{name}}</p>")({ name: body.name });
  nunjucks.renderString("<p>{{ name }}</p>", { name: body.name });
};

exports.mail = async (event) => {
  const { to, name, subject } = JSON.parse(event.body);
  await ses // expect: html
    .sendEmail({
      Source: "shop@example.com",
      Destination: { ToAddresses: [to] },
      Message: {
        Subject: { Data: "Welcome" },
        Body: { Html: { Data: `<p>Dear ${name}</p>` } },
      },
    })
    .promise();
  await mailer.send(
    new SendEmailCommand({
      Source: "shop@example.com",
      Destination: { ToAddresses: [to] },
      Message: { Subject: { Data: "Hi" }, Body: { Text: { Data: `Dear ${name}` } } },
    })
  );
  await ses.sendRawEmail({ RawMessage: { Data: "Subject: " + subject + "\r\n\r\nHi" } }).promise(); // expect: header html
  const transport = nodemailer.createTransport({ SES: ses });
  await transport.sendMail({ to: "a@example.com", subject: "x", html: "<b>" + name + "</b>" }); // expect: html
  await transport.sendMail({ to: "a@example.com", subject: "x", text: name });
};

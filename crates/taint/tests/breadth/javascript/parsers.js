const libxmljs = require("libxmljs");
const xml2js = require("xml2js");
const xpath = require("xpath");
const { DOMParser } = require("xmldom");
const ldap = require("ldapjs");
const _ = require("lodash");
const merge = require("lodash.merge");
const yaml = require("js-yaml");

exports.xml = async (event) => {
  libxmljs.parseXml(event.body, { noent: true }); // expect: xml
  libxmljs.parseXmlString(event.body);
  xml2js.parseString(event.body, (err, result) => {});
  const doc = new DOMParser().parseFromString("<users/>");
  const name = event.queryStringParameters.name;
  xpath.select(`//user[name='${name}']`, doc); // expect: xpath
  xpath.select("//user", doc);
};

exports.people = async (event) => {
  const client = ldap.createClient({ url: "ldap://directory" });
  const name = event.queryStringParameters.name;
  client.search("ou=people", { filter: `(cn=${name})`, scope: "sub" }, (err, res) => {}); // expect: ldap
  client.search("ou=people", { filter: new ldap.EqualityFilter({ attribute: "cn", value: name }) }, () => {});
};

exports.settings = async (event) => {
  const body = JSON.parse(event.body);
  const settings = { color: "red" };
  _.merge(settings, body); // expect: attribute?
  merge({}, body); // expect: attribute?
  _.set(settings, body.path, body.value); // expect: attribute
  _.set(settings, "color", body.value);
  Object.assign({}, { name: body.name });
  const next = { ...settings, name: body.name };
  settings[body.group][body.key] = body.value; // expect: attribute
  return next;
};

exports.search = async (event) => {
  const term = event.queryStringParameters.term;
  const pattern = new RegExp(term); // expect: regex
  const escaped = new RegExp(_.escapeRegExp(term), "i");
  return ["a", "b"].filter((text) => pattern.test(text) || escaped.test(text));
};

exports.yaml = async (event) => {
  yaml.load(event.body); // expect: deserialization?
  yaml.load(event.body, { schema: yaml.JSON_SCHEMA });
  yaml.load(event.body, { schema: yaml.DEFAULT_FULL_SCHEMA }); // expect: deserialization
};

exports.address = async (event) => {
  const address = new URL(`https://host${event.rawPath}?${event.rawQueryString}`);
  new RegExp(address.searchParams.get("term")); // expect: regex
  new RegExp(address.search); // expect: regex
  new RegExp(address.port);
};

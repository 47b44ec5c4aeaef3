const axios = require("axios");
const got = require("got");
const fetch = require("node-fetch");
const { request, fetch: undiciFetch } = require("undici");
const http = require("http");
const https = require("https");
const superagent = require("superagent");

exports.proxy = async (event) => {
  const url = event.queryStringParameters.url;
  await axios.get(url, { timeout: 900 }); // expect: url
  await axios(url); // expect: url
  await axios({ method: "get", url }); // expect: url
  await axios.post("https://api.example.com/hook", { url }, { timeout: 900 });
  await axios.get("https://api.example.com/items", { params: { url }, timeout: 900 });
  await got(url); // expect: url
  await fetch(`https://${event.queryStringParameters.host}/status`); // expect: url
  await request(url); // expect: url
  await undiciFetch(url); // expect: url
  http.get(url, (res) => {}); // expect: url
  https.request({ hostname: event.queryStringParameters.host, path: "/" }, () => {}); // expect: url
  await superagent.get(url); // expect: url
  const allowed = ["https://a.example.com", "https://b.example.com"];
  if (allowed.includes(url)) {
    await axios.get(url, { timeout: 900 });
  }
  const parsed = new URL(url);
  if (parsed.hostname !== "images.example.com") {
    return { statusCode: 400 };
  }
  await axios.get(parsed.href, { timeout: 900 });
  return { statusCode: 200 };
};

const api = axios.create({ baseURL: "https://api.example.com" });

exports.item = async (event) => {
  await api.get("/items/" + encodeURIComponent(event.pathParameters.id));
  return { statusCode: 302, headers: { Location: event.queryStringParameters.next } }; // expect: redirect
};

exports.home = async (event) => ({
  statusCode: 302,
  headers: { Location: "/home?next=" + encodeURIComponent(event.queryStringParameters.next) },
});

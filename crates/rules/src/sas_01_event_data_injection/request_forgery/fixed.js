const axios = require("axios");

const HOSTS = { rates: "https://rates.example", news: "https://news.example" };

exports.handler = async (event) => {
  const { name } = event.queryStringParameters;
  return axios.get(HOSTS[name], { timeout: 5000 });
};

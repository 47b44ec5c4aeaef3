const axios = require("axios");

exports.handler = async (event) => {
  const { url } = event.queryStringParameters;
  await axios.get("https://rates.example/v1", { timeout: 5000 });
  return axios.get(url, { timeout: 5000 }); // expect: SAS-1.14 `url` reaches `axios.get` as an address: whoever sends it makes the function call what they cannot reach themselves
};

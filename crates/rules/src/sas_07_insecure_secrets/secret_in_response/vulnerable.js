const { SecretsManagerClient, GetSecretValueCommand } = require("@aws-sdk/client-secrets-manager");

const client = new SecretsManagerClient({});

exports.handler = async (event) => {
  const answer = await client.send(new GetSecretValueCommand({ SecretId: "orders" }));
  return { statusCode: 200, body: answer.SecretString }; // expect: SAS-7.17 a secret reaches the response body and whoever calls the function has it
};

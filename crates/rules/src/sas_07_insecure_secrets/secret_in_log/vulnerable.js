const { SecretsManagerClient, GetSecretValueCommand } = require("@aws-sdk/client-secrets-manager");

const client = new SecretsManagerClient({});

exports.handler = async (event) => {
  const answer = await client.send(new GetSecretValueCommand({ SecretId: "orders" }));
  console.log(answer.SecretString); // expect: SAS-7.16 a secret reaches `console.log` and stands in the log for whoever reads it
};

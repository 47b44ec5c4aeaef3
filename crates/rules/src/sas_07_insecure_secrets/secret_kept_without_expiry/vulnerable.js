const { SecretsManagerClient, GetSecretValueCommand } = require("@aws-sdk/client-secrets-manager");

const client = new SecretsManagerClient({});
let token;

exports.handler = async () => {
  if (!token) {
    const answer = await client.send(new GetSecretValueCommand({ SecretId: "t" }));
    token = answer.SecretString; // expect: SAS-7.23 `token` gets a secret once and keeps it as long as the execution environment lives: after a rotation the old one is used on
  }
  return { statusCode: token ? 204 : 500 };
};

const settings = {
  user: "orders",
  password: "n0tSoEasy-77-winter", // expect: SAS-7.18 a password stands in the code as `password`: whoever reads the code or its package has it
};

exports.handler = async () => settings.user;

exports.handler = async (event) => {
  if (event.headers["x-role"] !== "admin") return { statusCode: 401 }; // expect: SAS-2.28 `event.headers["x-role"]` decides what the caller may do: whoever sends the request writes it themselves
  return { statusCode: 200, body: "all" };
};

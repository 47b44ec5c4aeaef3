exports.handler = async (event) => {
  const body = JSON.parse(event.body);
  if (event.requestContext.authorizer.jwt.claims.role !== "admin") return { statusCode: 401 };
  if (body.role === "reader") console.log("a reader");
  return { statusCode: 200, body: "all" };
};

const load = async (id) => id;

exports.handler = async (event) => {
  const ids = JSON.parse(event.body).ids;
  const all = await Promise.all(ids.map((id) => load(id))); // expect: SAS-8.25 `event.body.ids` reaches `Promise.all` without a bound: one request asks as much of a service as its sender likes
  const few = await Promise.all(ids.slice(0, 25).map((id) => load(id)));
  return { statusCode: 200, body: JSON.stringify([all.length, few.length]) };
};

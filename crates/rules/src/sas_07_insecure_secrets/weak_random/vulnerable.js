exports.handler = async () => {
  const delay = Math.random();
  const token = Math.random().toString(36); // expect: SAS-7.20 `Math.random` makes a secret of numbers that can be foretold: whoever has seen a few knows the next
  return [delay, token];
};

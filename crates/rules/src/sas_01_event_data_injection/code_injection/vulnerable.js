exports.handler = async (event) => {
  const { formula } = JSON.parse(event.body);
  JSON.parse(formula);
  return new Function(`return ${formula}`)(); // expect: SAS-1.12 `event.body.formula` reaches `Function` as code: whoever sends it runs what they like as the function
};

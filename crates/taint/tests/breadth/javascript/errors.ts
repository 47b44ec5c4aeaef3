export class HttpError extends Error {
  constructor(readonly status: number, message: string) {
    super(message);
  }
}

export const told = async (event: any) => {
  try {
    await work(event);
  } catch (error) {
    return { statusCode: 500, body: JSON.stringify({ message: error.message }) }; // expect: error
  }
};

export const own = async (event: any) => {
  try {
    await work(event);
  } catch (error) {
    if (error instanceof HttpError) {
      return { statusCode: error.status, body: JSON.stringify({ message: error.message }) };
    }
    if (error instanceof TypeError) {
      return { statusCode: 400, body: JSON.stringify({ message: error.message }) }; // expect: error
    }
    return { statusCode: 500, body: JSON.stringify({ message: error.message }) }; // expect: error
  }
};

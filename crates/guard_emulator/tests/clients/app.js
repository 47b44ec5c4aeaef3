// A handler for the tests: does what its event asks for, or gives it back.
'use strict';

exports.handler = async (event, context) => {
  switch (event && event.wish) {
    case 'fail':
      throw new TypeError('as asked');
    case 'exit':
      process.exit(3);
    case 'sleep':
      await new Promise((resolve) => setTimeout(resolve, 60000));
      return null;
    case 'print':
      console.log('a line of the handler');
      return event;
    case 'context':
      return {
        request_id: context.awsRequestId,
        arn: context.invokedFunctionArn,
        remaining: context.getRemainingTimeInMillis(),
        trace: process.env._X_AMZN_TRACE_ID,
      };
    default:
      return event;
  }
};

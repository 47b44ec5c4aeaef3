//! How the internet gets to a function, directly and through others.

use app_model::Exposure;

use crate::load_sam;

#[test]
fn a_function_behind_the_queue_of_a_public_function_is_reached_through_it() {
    let app = load_sam(
        "  Front:\n    Type: AWS::Serverless::Function\n    Properties:\n      Runtime: python3.13\n      \
         Handler: a.b\n      CodeUri: .\n      Policies:\n        - SQSSendMessagePolicy: {QueueName: \
         !GetAtt Q.QueueName}\n      Events:\n        E: {Type: HttpApi, Properties: {Path: /a, Method: \
         get}}\n  Back:\n    Type: AWS::Serverless::Function\n    Properties:\n      Runtime: \
         python3.13\n      Handler: a.b\n      CodeUri: .\n      Events:\n        E: {Type: SQS, \
         Properties: {Queue: !GetAtt Q.Arn}}\n  Q: {Type: AWS::SQS::Queue}\n",
    );
    let reach = app.reach("Back").unwrap();
    assert_eq!(reach.exposure, Exposure::Internet);
    assert!(reach.unauthenticated);
    assert_eq!(reach.hops, ["internet", "ServerlessHttpApi GET /a", "Front", "Q", "Back"]);
}

#[test]
fn permission_to_write_anywhere_is_no_way_to_another_function() {
    let app = load_sam(
        "  Front:\n    Type: AWS::Serverless::Function\n    Properties:\n      Runtime: python3.13\n      \
         Handler: a.b\n      CodeUri: .\n      Policies:\n        - Statement: {Effect: Allow, Action: \
         'sqs:*', Resource: '*'}\n      Events:\n        E: {Type: HttpApi, Properties: {Path: /a, \
         Method: get}}\n  Back:\n    Type: AWS::Serverless::Function\n    Properties:\n      Runtime: \
         python3.13\n      Handler: a.b\n      CodeUri: .\n      Events:\n        E: {Type: SQS, \
         Properties: {Queue: !GetAtt Q.Arn}}\n  Q: {Type: AWS::SQS::Queue}\n",
    );
    assert_eq!(app.reach("Back").unwrap().exposure, Exposure::Service);
    let target = &app.targets("FrontRole")[0];
    assert_eq!((target.resource.as_str(), target.is_wide), ("Q", true));
}

#[test]
fn functions_that_start_each_other_end_the_search() {
    let pair = |name: &str, reads: &str, writes: &str| {
        format!(
            "  {name}:\n    Type: AWS::Serverless::Function\n    Properties:\n      Runtime: \
             python3.13\n      Handler: a.b\n      CodeUri: .\n      Policies:\n        - \
             SQSSendMessagePolicy: {{QueueName: !GetAtt {writes}.QueueName}}\n      Events:\n        E: \
             {{Type: SQS, Properties: {{Queue: !GetAtt {reads}.Arn}}}}\n"
        )
    };
    let app = load_sam(&format!(
        "{}{}  P: {{Type: AWS::SQS::Queue}}\n  Q: {{Type: AWS::SQS::Queue}}\n",
        pair("A", "P", "Q"),
        pair("B", "Q", "P")
    ));
    assert_eq!(app.reach("A").unwrap().exposure, Exposure::Service);
    assert_eq!(app.reach("B").unwrap().exposure, Exposure::Service);
}

//! GraphQL APIs.

use super::{check, expanded, ids, refuse};

#[test]
fn a_pipeline_resolver_calls_its_functions_in_order() {
    check(
        "
Resources:
  Shop:
    Type: AWS::Serverless::GraphQLApi
    Properties:
      SchemaUri: s3://shop/schema.graphql
      Auth: {Type: AWS_IAM}
      Logging: false
      Functions:
        find:
          Runtime: {Name: APPSYNC_JS, Version: 1.0.0}
          DataSource: NONE
          CodeUri: s3://shop/find.js
        known: {Id: !ImportValue KnownFunction}
      Resolvers:
        Query:
          order:
            Pipeline: [find, known]
            InlineCode: export {}
            Runtime: {Name: APPSYNC_JS, Version: 1.0.0}
",
        "
Shop:
  Type: AWS::AppSync::GraphQLApi
  Properties:
    Name: Shop
    AuthenticationType: AWS_IAM
    Tags: [{Key: 'graphqlapi:createdBy', Value: SAM}]
Shopfind:
  Type: AWS::AppSync::FunctionConfiguration
  Properties:
    ApiId: !GetAtt Shop.ApiId
    Name: find
    CodeS3Location: s3://shop/find.js
    DataSourceName: !GetAtt ShopNoneDataSource.Name
    Runtime: {Name: APPSYNC_JS, RuntimeVersion: 1.0.0}
ShopQueryorder:
  Type: AWS::AppSync::Resolver
  DependsOn: [ShopSchema]
  Properties:
    ApiId: !GetAtt Shop.ApiId
    TypeName: Query
    FieldName: order
    Kind: PIPELINE
    PipelineConfig:
      Functions: [!GetAtt Shopfind.FunctionId, !ImportValue KnownFunction]
    Code: export {}
    Runtime: {Name: APPSYNC_JS, RuntimeVersion: 1.0.0}
ShopNoneDataSource:
  Type: AWS::AppSync::DataSource
  Properties: {ApiId: !GetAtt Shop.ApiId, Name: ShopNoneDataSource, Type: NONE}
",
    );
}

#[test]
fn a_table_without_role_gets_one_that_may_only_do_what_is_asked() {
    let template = "
Resources:
  Shop:
    Type: AWS::Serverless::GraphQLApi
    Properties:
      SchemaInline: 'type Query { order: String }'
      Auth: {Type: API_KEY}
      ApiKeys: {Web: {ExpiresOn: 1893456000}}
      DataSources:
        DynamoDb:
          Orders: {TableName: orders, Permissions: [Read]}
        Lambda:
          Save: {FunctionArn: !GetAtt Save.Arn, ServiceRoleArn: 'arn:aws:iam::111122223333:role/s'}
";
    let expanded = expanded(template);
    assert_eq!(expanded.diagnostics, []);
    assert_eq!(
        ids(&expanded),
        [
            "Shop",
            "ShopSchema",
            "ShopCloudWatchRole",
            "ShopWeb",
            "ShopOrdersDynamoDBDataSource",
            "ShopOrdersDynamoDBDataSourceRole",
            "ShopOrdersDynamoDBDataSourceToTableConnectorPolicy",
            "ShopSaveLambdaDataSource",
        ]
    );
    let policy = "ShopOrdersDynamoDBDataSourceToTableConnectorPolicy";
    let path = ["Resources", policy, "Properties", "PolicyDocument", "Statement"];
    let statements = expanded.template.at(&path).and_then(|node| node.as_list());
    assert_eq!(statements.map(<[_]>::len), Some(1));
}

#[test]
fn a_user_pool_decides_by_default_only_for_the_first_authorization() {
    check(
        "
Resources:
  Shop:
    Type: AWS::Serverless::GraphQLApi
    Properties:
      SchemaInline: 'type Query { order: String }'
      Logging: false
      Auth:
        Type: AMAZON_COGNITO_USER_POOLS
        UserPool: {UserPoolId: p1, DefaultAction: ALLOW}
        Additional:
          - Type: AMAZON_COGNITO_USER_POOLS
            UserPool: {UserPoolId: p2, DefaultAction: ALLOW}
",
        "
Shop:
  Type: AWS::AppSync::GraphQLApi
  Properties:
    Name: Shop
    AuthenticationType: AMAZON_COGNITO_USER_POOLS
    UserPoolConfig: {UserPoolId: p1, DefaultAction: ALLOW}
    AdditionalAuthenticationProviders:
      - AuthenticationType: AMAZON_COGNITO_USER_POOLS
        UserPoolConfig: {UserPoolId: p2}
    Tags: [{Key: 'graphqlapi:createdBy', Value: SAM}]
",
    );
}

#[test]
fn what_is_missing_is_told() {
    let api = |more: &str| {
        format!(
            "Resources:\n  Shop:\n    Type: AWS::Serverless::GraphQLApi\n    Properties:\n      SchemaInline: x\n{more}"
        )
    };
    refuse(&api(""), 2, "`Auth`");
    refuse(&api("      Auth: {Type: AWS_LAMBDA}\n"), 6, "needs `LambdaAuthorizer`");
    let resolver = "      Auth: {Type: AWS_IAM}\n      Resolvers: {Query: {order: {}}}\n";
    refuse(&api(resolver), 7, "no `Pipeline`");
    let function = "      Auth: {Type: AWS_IAM}\n      Functions:\n        find: {InlineCode: x, DataSource: Orders, Runtime: {Name: a, Version: b}}\n";
    refuse(&api(function), 8, "data source `Orders`");
}

//! Layers and simple tables.

use crate::{at, check, expanded, refuse};

const LAYER: &str = "Resources:\n  Shared:\n    Type: AWS::Serverless::LayerVersion\n    Properties:\n      \
                     ContentUri: s3://code/shared.zip\n";

fn layer_id(template: &str) -> String {
    let expanded = expanded(template);
    let resources = at(&expanded.template, "Resources").unwrap().as_map().unwrap();
    resources.keys().find(|id| id.starts_with("Shared")).unwrap().to_string()
}

#[test]
fn a_new_definition_of_a_layer_is_a_new_resource() {
    let id = layer_id(LAYER);
    assert_eq!(id.len(), "Shared".len() + 10);
    assert_ne!(id, layer_id(&LAYER.replace("shared.zip", "shared2.zip")));
    let retained = LAYER.to_owned() + "      RetentionPolicy: delete\n";
    check(
        &retained,
        &[
            (&format!("{}/DeletionPolicy", layer_id(&retained)), "Delete"),
            (&format!("{}/Properties/LayerName", layer_id(&retained)), "Shared"),
        ],
    );
}

#[test]
fn references_to_a_layer_follow_its_new_id() {
    let template = LAYER.to_owned()
        + "  Other:\n    Type: AWS::SNS::Topic\n    DependsOn: [Shared]\n    Properties: {A: !Ref Shared, B: !Sub '${Shared}'}\n";
    let id = layer_id(&template);
    check(
        &template,
        &[
            ("Other/DependsOn", &format!("[{id}]")),
            ("Other/Properties/A", &format!("!Ref {id}")),
            ("Other/Properties/B", &format!("!Sub '${{{id}}}'")),
        ],
    );
}

#[test]
fn a_layer_runs_on_known_processors() {
    refuse(&(LAYER.to_owned() + "      CompatibleArchitectures: [sparc]\n"), 6, "`arm64`");
    refuse(&(LAYER.to_owned() + "      RetentionPolicy: Keep\n"), 6, "`Retain`");
}

#[test]
fn a_table_has_a_text_key_and_pays_per_request() {
    check(
        "Resources:\n  Orders:\n    Type: AWS::Serverless::SimpleTable\n",
        &[(
            "Orders/Properties",
            "{AttributeDefinitions: [{AttributeName: id, AttributeType: S}], \
             KeySchema: [{AttributeName: id, KeyType: HASH}], BillingMode: PAY_PER_REQUEST}",
        )],
    );
    check(
        "Resources:\n  Orders:\n    Type: AWS::Serverless::SimpleTable\n    Properties:\n      \
         PrimaryKey: {Name: number, Type: Number}\n      Tags: {team: orders}\n      \
         ProvisionedThroughput: {ReadCapacityUnits: 1, WriteCapacityUnits: 1}\n",
        &[
            (
                "Orders/Properties/AttributeDefinitions",
                "[{AttributeName: number, AttributeType: N}]",
            ),
            ("Orders/Properties/BillingMode", "null"),
            ("Orders/Properties/Tags", "[{Key: team, Value: orders}]"),
        ],
    );
}

#[test]
fn a_key_has_a_name_and_a_known_type() {
    let table = |key: &str| {
        format!(
            "Resources:\n  Orders:\n    Type: AWS::Serverless::SimpleTable\n    Properties:\n      PrimaryKey: {key}\n"
        )
    };
    refuse(&table("{Type: String}"), 5, "`Name`");
    refuse(&table("{Name: id, Type: Text}"), 5, "`Number`");
}

//! Envelopes of Powertools: which part of an event they take.

use code_ir::Expr;
use serde_json::Value;

use crate::annotation::last_word;
use crate::datum::{Datum, Step, key};
use crate::names::{At, Names};

/// What an envelope takes out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Taken {
    pub(crate) datum: Datum,
    /// Whether the schema is about the list of all of them.
    pub(crate) is_list: bool,
}

fn of_records(way: &[Step]) -> Datum {
    Datum::of(&[key("Records"), Step::Each]).then(way.iter().cloned())
}

/// An envelope of `parser`.
pub(crate) fn of_parser(path: &str) -> Option<Datum> {
    Some(match last_word(path) {
        "ApiGatewayEnvelope"
        | "ApiGatewayV2Envelope"
        | "LambdaFunctionUrlEnvelope"
        | "VpcLatticeEnvelope"
        | "VpcLatticeV2Envelope" => Datum::of(&[key("body"), Step::Json]),
        "SqsEnvelope" => of_records(&[key("body"), Step::Json]),
        "SnsEnvelope" => of_records(&[key("Sns"), key("Message"), Step::Json]),
        "EventBridgeEnvelope" => Datum::of(&[key("detail")]),
        // Those of Kinesis also take data that is packed; others stand in texts within.
        _ => return None,
    })
}

/// An envelope of `validation`: an expression of `JMESPath`, or the name of one.
pub(crate) fn of_validation<'p>(names: &Names<'p>, at: At, expr: &'p Expr) -> Option<Taken> {
    let (at, value) = names.value(at, expr);
    let one = |steps: &[Step]| Taken { datum: Datum::of(steps), is_list: false };
    let list = |way: &[Step]| Taken { datum: of_records(way), is_list: true };
    if let Some(path) = names.library(at, value) {
        if !path.starts_with("aws_lambda_powertools.") {
            return None;
        }
        return match last_word(&path) {
            "API_GATEWAY_REST" | "API_GATEWAY_HTTP" => Some(one(&[key("body"), Step::Json])),
            "SQS" => Some(list(&[key("body"), Step::Json])),
            "SNS" => Some(one(&sns())),
            "EVENTBRIDGE" | "CLOUDWATCH_EVENTS_SCHEDULED" => Some(one(&[key("detail")])),
            "KINESIS_DATA_STREAM" => Some(list(&kinesis())),
            _ => None,
        };
    }
    let text: String = value.as_text()?.chars().filter(|it| !it.is_whitespace()).collect();
    match text.as_str() {
        "powertools_json(body)" => return Some(one(&[key("body"), Step::Json])),
        "Records[*].powertools_json(body)" => return Some(list(&[key("body"), Step::Json])),
        "Records[0].Sns.Message|powertools_json(@)" => return Some(one(&sns())),
        "Records[*].kinesis.powertools_json(powertools_base64(data))" => {
            return Some(list(&kinesis()));
        }
        _ => {}
    }
    let parts: Vec<Step> = text.split('.').map(key).collect();
    let is_plain = |it: char| it.is_ascii_alphanumeric() || it == '_' || it == '.';
    // What is missing is `null` to it.
    (!text.is_empty() && text.chars().all(is_plain))
        .then(|| Taken { datum: Datum::of(&parts).or_nothing(), is_list: false })
}

fn sns() -> [Step; 5] {
    [key("Records"), Step::First, key("Sns"), key("Message"), Step::Json]
}

fn kinesis() -> [Step; 4] {
    [key("kinesis"), key("data"), Step::Base64, Step::Json]
}

/// The schema of one element of a list that a schema is about.
pub(crate) fn element_of(schema: &Value) -> Option<Value> {
    schema.get("items").filter(|items| items.is_object()).cloned()
}

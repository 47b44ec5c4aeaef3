//! The tables read backwards: where Terraform has a property of CloudFormation.

use source_text::SmolStr;
use terraform_tables::row::{At, Owner, Row, Shape, Turn, Type};

use crate::{
    spelling::{pascal, snake},
    tables,
};

/// The nested blocks, and the argument in the last of them, that say a property in a resource of a
/// Terraform type: `["tracing_config", "mode"]` of `TracingConfig.Mode` for `aws_lambda_function`.
///
/// `type_` is the CloudFormation type that has the property. A type that is only a part of another one
/// (`aws_s3_bucket_public_access_block`) is asked for the properties of that other one; an item of a list is
/// `*` in the path. `None` when the type does not say it, or not as a plain value.
#[must_use]
pub fn terraform_argument(kind: &str, type_: &str, property: &str) -> Option<Vec<SmolStr>> {
    let one = tables::of(kind)?;
    let below = match one.shape {
        Shape::Resource(own, below) if own == type_ => behind(property, below)?,
        Shape::Part(owner, at) if owner_type(owner) == Some(type_) => match at {
            At::Below(below) => behind(property, below)?,
            At::Item(list) => behind(property, list)?.strip_prefix("*.")?,
            At::Value(..) => return None,
        },
        _ => return None,
    };
    in_rows(one.rows, below)
}

/// The CloudFormation type that a Terraform type is a resource of, not only a part.
#[must_use]
pub fn property_type(kind: &str) -> Option<&'static str> {
    resource_type(tables::of(kind)?)
}

fn resource_type(one: &Type) -> Option<&'static str> {
    match one.shape {
        Shape::Resource(type_, _) => Some(type_),
        Shape::Part(..) | Shape::Nothing => None,
    }
}

fn owner_type(owner: Owner) -> Option<&'static str> {
    let (Owner::In(_, kind) | Owner::Same(kind, _)) = owner;
    resource_type(tables::of(kind)?)
}

/// What follows `start` and a dot in a path; all of it when there is no start.
fn behind<'p>(path: &'p str, start: &str) -> Option<&'p str> {
    if start.is_empty() { Some(path) } else { path.strip_prefix(start)?.strip_prefix('.') }
}

fn in_rows(rows: &[Row], property: &str) -> Option<Vec<SmolStr>> {
    for (from, to, turn) in rows {
        let inner = match turn {
            // Its content stands in the mapping around it.
            Turn::One(inner) if *to == "*" => in_rows(inner, property),
            Turn::One(inner) => behind(property, to).and_then(|rest| in_rows(inner, rest)),
            Turn::Many(inner) => behind(property, to)
                .and_then(|rest| rest.strip_prefix("*."))
                .and_then(|rest| in_rows(inner, rest)),
            Turn::As | Turn::Unless(_) if *to == property => return Some(vec![(*from).into()]),
            _ => None,
        };
        if let Some(inner) = inner {
            return Some([vec![SmolStr::new(from)], inner].concat());
        }
    }
    let is_told = rows.iter().any(|(from, to, _)| {
        to.split('.').next() == property.split('.').next() || pascal(from) == property
    });
    let name = snake(property);
    // What no row tells of is spelled by the rule; only a plain argument is.
    (!is_told && !property.contains('.') && pascal(&name) == property).then(|| vec![name])
}

#[cfg(test)]
mod tests {
    use super::{property_type, terraform_argument};

    fn check(kind: &str, type_: &str, property: &str, expected: Option<&str>) {
        let found = terraform_argument(kind, type_, property).map(|path| path.join("."));
        assert_eq!(found.as_deref(), expected, "{kind} {property}");
    }

    #[test]
    fn a_property_is_found_in_its_block() {
        let function = "AWS::Lambda::Function";
        check("aws_lambda_function", function, "TracingConfig.Mode", Some("tracing_config.mode"));
        check("aws_lambda_function", function, "Timeout", Some("timeout"));
        check("aws_lambda_function", function, "Code.S3Key", Some("s3_key"));
        check("aws_lambda_function", function, "Environment.Variables.A", None);
        check("aws_lambda_function", "AWS::SQS::Queue", "Timeout", None);
        let logging = "LoggingConfig.LogFormat";
        check("aws_lambda_function", function, logging, Some("logging_config.log_format"));
        let stage = "AWS::ApiGateway::Stage";
        check("aws_api_gateway_stage", stage, "TracingEnabled", Some("xray_tracing_enabled"));
    }

    #[test]
    fn a_part_is_asked_for_what_its_owner_has() {
        let stage = "AWS::ApiGateway::Stage";
        let trace = "MethodSettings.*.DataTraceEnabled";
        check("aws_api_gateway_method_settings", stage, trace, Some("settings.data_trace_enabled"));
        let block = "PublicAccessBlockConfiguration.BlockPublicAcls";
        let part = "aws_s3_bucket_public_access_block";
        check(part, "AWS::S3::Bucket", block, Some("block_public_acls"));
        assert_eq!(property_type(part), None);
        assert_eq!(property_type("aws_s3_bucket"), Some("AWS::S3::Bucket"));
    }
}

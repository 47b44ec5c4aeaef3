//! What the AWS provider tells beside its tables.

use source_text::{FileId, Node, Place, SmolStr};
use terraform_language::{Block, Evaluated};
use terraform_tables::{Elsewhere, Extra, Lowered, Provider, Scope, Type};

use crate::{attributes, code, elsewhere, extras, spelling::pascal, tables};

/// The AWS provider: CloudFormation's types and spelling.
pub const AWS: &dyn Provider = &Aws;

/// Writes the resources of the AWS provider as a CloudFormation template.
#[must_use]
pub fn lower(evaluated: &Evaluated, file: FileId) -> Lowered {
    terraform_tables::lower(evaluated, file, &[AWS])
}

/// The region of all `aws` providers, when they agree and it is written out.
#[must_use]
pub fn region(evaluated: &Evaluated) -> Option<SmolStr> {
    let mut regions = evaluated
        .providers
        .iter()
        .filter(|provider| provider.kind == "aws")
        .filter_map(|provider| provider.body.get("region")?.scalar_text());
    let first = regions.next()?;
    regions.all(|other| other == first).then_some(first)
}

#[derive(Debug)]
struct Aws;

impl Provider for Aws {
    fn names(&self) -> &'static [&'static str] {
        &["aws"]
    }

    fn table(&self, kind: &str) -> Option<&'static Type> {
        tables::of(kind)
    }

    fn spelled(&self, name: &str) -> SmolStr {
        pascal(name)
    }

    fn name_argument(&self, kind: &str) -> &'static str {
        attributes::name_argument(kind)
    }

    fn of_data(&self, block: &Block, attribute: &str, place: Place) -> Option<Node> {
        attributes::of_data(block, first_of(attribute), place)
    }

    fn attribute(&self, block: &Block, attribute: &str, place: Place) -> Option<Node> {
        let meaning = attributes::meaning(&block.kind, first_of(attribute))?;
        Some(attributes::written(meaning, &block.address, place))
    }

    fn complete(&self, scope: &Scope<'_>, block: &Block, properties: &mut Node) {
        if block.kind == "aws_lambda_function"
            && let Some(code) = code::of_function(scope, &block.body)
        {
            properties.as_map_mut().map(|map| map.insert("Code", code));
        }
        extras::set_defaults(block, properties);
    }

    fn extras(&self, scope: &Scope<'_>, block: &Block) -> Vec<Extra> {
        extras::of(scope, block)
    }

    // One part for each principal.
    fn more_owners(&self, kind: &str) -> &'static [(&'static str, &'static str)] {
        match kind {
            "aws_iam_policy_attachment" => {
                &[("users", "aws_iam_user"), ("groups", "aws_iam_group")]
            }
            _ => &[],
        }
    }

    fn elsewhere(
        &self,
        scope: &Scope<'_>,
        block: &Block,
        is_alone: bool,
        is_here: &dyn Fn(&Node, &str) -> bool,
    ) -> Option<Elsewhere> {
        elsewhere::of(scope, block, is_alone, is_here)
    }

    fn unused<'e>(&self, scope: &Scope<'_>, evaluated: &'e Evaluated) -> Vec<(&'e Block, Extra)> {
        elsewhere::documents(scope, evaluated)
    }
}

/// `vpc_config` of `vpc_config.0.subnet_ids`.
fn first_of(attribute: &str) -> &str {
    attribute.split(['.', '[']).next().unwrap_or(attribute)
}

//! Where Terraform says a property.

use source_edit::{Step, hcl_argument_at, hcl_block_at};
use source_text::{Place, SmolStr};
use terraform_aws::{property_type, terraform_argument};

use crate::Setting;

/// What stands at the place of a finding: the block, and the argument in it when the place is its value.
#[derive(Debug)]
pub(crate) struct Spot {
    /// `resource`, type, name.
    pub(crate) block: Vec<Step>,
    /// The blocks and the argument in it.
    pub(crate) argument: Option<Vec<Step>>,
    /// Terraform's type.
    kind: SmolStr,
}

impl Spot {
    pub(crate) fn at(text: &str, place: Place) -> Option<Self> {
        let block = hcl_block_at(text, place.line)?;
        let [Step::Key(resource), Step::Key(kind), Step::Key(_)] = block.as_slice() else {
            return None;
        };
        if resource != "resource" {
            return None;
        }
        let kind = kind.clone();
        let argument = hcl_argument_at(text, place.line, place.column)
            .and_then(|path| path.get(block.len()..).map(<[Step]>::to_vec));
        Some(Self { block, argument, kind })
    }

    /// Type and name of the block.
    pub(crate) fn resource(&self) -> Option<(String, String)> {
        match self.block.as_slice() {
            [_, Step::Key(kind), Step::Key(name)] => Some((kind.to_string(), name.to_string())),
            _ => None,
        }
    }

    /// The steps to where the block says a property; nothing when it does not say it.
    pub(crate) fn steps(&self, setting: &Setting, property: &str) -> Option<Vec<Step>> {
        let names = terraform_argument(&self.kind, setting.of, property)?;
        let inner = names.into_iter().map(Step::Key);
        Some(self.block.iter().cloned().chain(inner).collect())
    }

    /// Whether the place is the value of an argument that says a property.
    pub(crate) fn is_value_of(&self, setting: &Setting, property: &str) -> bool {
        let Some(argument) = &self.argument else { return false };
        let names = argument.iter().filter_map(|step| match step {
            Step::Key(key) => Some(key),
            Step::Index(_) => None,
        });
        terraform_argument(&self.kind, setting.of, property)
            .is_some_and(|expected| names.eq(expected.iter()))
    }

    /// Whether the block is a resource of the type, not only a part of one.
    pub(crate) fn is_whole(&self, setting: &Setting) -> bool {
        property_type(&self.kind) == Some(setting.of)
    }
}

//! Where Terraform says a property.

use source_edit::{Document, Step};
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
    pub(crate) fn at(document: &Document<'_>, place: Place) -> Option<Self> {
        let block = document.block_at(place.line)?;
        let [Step::Key(resource), Step::Key(kind), Step::Key(_)] = block.as_slice() else {
            return None;
        };
        if resource != "resource" {
            return None;
        }
        let kind = kind.clone();
        let argument = document
            .argument_at(place.line, place.column)
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
        let names = self.names(setting, property)?;
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
        self.names(setting, property).is_some_and(|expected| names.eq(expected.iter()))
    }

    /// The blocks and the argument that say a property.
    fn names(&self, setting: &Setting, property: &str) -> Option<Vec<SmolStr>> {
        if setting.is_of(&self.kind) {
            return Some(property.split('.').map(SmolStr::new).collect());
        }
        terraform_argument(&self.kind, setting.of, property)
    }

    /// Whether the block is a resource of the type, not only a part of one.
    pub(crate) fn is_whole(&self, setting: &Setting) -> bool {
        setting.is_of(&self.kind) || property_type(&self.kind) == Some(setting.of)
    }
}

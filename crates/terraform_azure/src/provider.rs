//! What the Azure providers tell beside their tables.

use source_text::{Node, Place, SmolStr};
use terraform_language::Block;
use terraform_tables::{Elsewhere, Extra, Provider, Scope, Type};

use crate::{attributes, completion, sites, spelling::camel, tables};

/// The Azure providers: types, bodies and spelling of Azure Resource Manager.
pub const AZURE: &dyn Provider = &Azure;

/// Rules for the networks of an account, which may be made elsewhere.
const RULES: &str = "azurerm_storage_account_network_rules";

#[derive(Debug)]
struct Azure;

impl Provider for Azure {
    fn names(&self) -> &'static [&'static str] {
        &["azurerm", "azapi"]
    }

    fn table(&self, kind: &str) -> Option<&'static Type> {
        tables::of(kind)
    }

    fn type_of(&self, block: &Block) -> Option<SmolStr> {
        completion::type_of(block)
    }

    fn spelled(&self, name: &str) -> SmolStr {
        camel(name)
    }

    fn of_data(&self, block: &Block, attribute: &str, place: Place) -> Option<Node> {
        attributes::of_data(block, attribute, place)
    }

    fn attribute(&self, block: &Block, attribute: &str, place: Place) -> Option<Node> {
        attributes::of(block, attribute, place)
    }

    fn complete(&self, scope: &Scope<'_>, block: &Block, properties: &mut Node) {
        completion::lift(block, properties);
        completion::complete(scope, block, properties);
    }

    fn extras(&self, scope: &Scope<'_>, block: &Block) -> Vec<Extra> {
        let mut found = sites::extras(scope, block);
        found.extend(completion::services(scope, block));
        found
    }

    fn more_owners(&self, kind: &str) -> &'static [(&'static str, &'static str)] {
        // Before version 3 of the provider an account was named, not its id.
        if kind == RULES { &[("storage_account_name", "azurerm_storage_account")] } else { &[] }
    }

    fn elsewhere(
        &self,
        _scope: &Scope<'_>,
        block: &Block,
        is_alone: bool,
        _is_here: &dyn Fn(&Node, &str) -> bool,
    ) -> Option<Elsewhere> {
        let is_it = is_alone && block.kind == RULES;
        is_it.then_some(Elsewhere::Part("Terraform::azurerm_storage_account_network_rules"))
    }
}

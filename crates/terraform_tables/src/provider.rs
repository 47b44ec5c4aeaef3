//! What the crate of a provider tells: its tables, and what tables cannot say.

use std::fmt::Debug;

use source_text::{Node, Place, SmolStr};
use terraform_language::{Block, Evaluated};

use crate::{row::Type, scope::Scope};

/// A resource that an argument of another makes.
#[derive(Clone, Debug)]
pub struct Extra {
    /// Its logical id.
    pub id: SmolStr,
    /// Its type in the template.
    pub type_: SmolStr,
    /// Its properties.
    pub properties: Node,
}

/// What a part tells of a thing that another configuration makes.
#[derive(Clone, Debug)]
pub enum Elsewhere {
    /// A resource of this type with what the part would write into its owner.
    Part(&'static str),
    /// A resource of this type with properties of its own.
    Own(&'static str, Node),
}

/// The tables of one cloud.
pub trait Provider: Debug + Sync {
    /// Names of the providers (`aws`); the names of their types begin with one and `_`.
    fn names(&self) -> &'static [&'static str];

    /// What the tables say of a type.
    fn table(&self, kind: &str) -> Option<&'static Type>;

    /// The type in the template where not the table but the block tells it.
    fn type_of(&self, _block: &Block) -> Option<SmolStr> {
        None
    }

    /// The template's spelling of an argument: `MemorySize` of `memory_size`.
    fn spelled(&self, name: &str) -> SmolStr;

    /// The argument that names a resource of a type.
    fn name_argument(&self, _kind: &str) -> &'static str {
        "name"
    }

    /// What a data source tells without being asked; `attribute` may be a path.
    fn of_data(&self, _block: &Block, _attribute: &str, _place: Place) -> Option<Node> {
        None
    }

    /// What an attribute of a resource is in the template; `None` when it is an argument like
    /// others. `attribute` may be a path.
    fn attribute(&self, _block: &Block, _attribute: &str, _place: Place) -> Option<Node> {
        None
    }

    /// Completes the properties of a resource: what several arguments tell together, and what the
    /// provider sets when the author sets nothing.
    fn complete(&self, _scope: &Scope<'_>, _block: &Block, _properties: &mut Node) {}

    /// Resources that the arguments of a block make beside it.
    fn extras(&self, _scope: &Scope<'_>, _block: &Block) -> Vec<Extra> {
        Vec::new()
    }

    /// Further arguments in which a part names its owners, and the types of those.
    fn more_owners(&self, _kind: &str) -> &'static [(&'static str, &'static str)] {
        &[]
    }

    /// What a part tells of what is not made here: `is_alone` when none of its owners is, `is_here`
    /// says whether a value names a resource of a type that is.
    fn elsewhere(
        &self,
        _scope: &Scope<'_>,
        _block: &Block,
        _is_alone: bool,
        _is_here: &dyn Fn(&Node, &str) -> bool,
    ) -> Option<Elsewhere> {
        None
    }

    /// Data sources that are judged though nothing takes them.
    fn unused<'e>(&self, _scope: &Scope<'_>, _evaluated: &'e Evaluated) -> Vec<(&'e Block, Extra)> {
        Vec::new()
    }
}

/// The provider of a type.
pub(crate) fn of<'a>(providers: &[&'a dyn Provider], kind: &str) -> Option<&'a dyn Provider> {
    providers.iter().copied().find(|provider| owns(*provider, kind))
}

/// Whether a type is one of a provider.
pub(crate) fn owns(provider: &dyn Provider, kind: &str) -> bool {
    let mut names = provider.names().iter();
    names.any(|name| kind.strip_prefix(name).is_some_and(|rest| rest.starts_with('_')))
}

//! Who was given which role on what: role assignments of Azure, bindings of Google Cloud.

use source_text::{Place, SmolStr};
use value::{Reference, When};

use crate::Text;

/// A role that somebody was given on a scope and all that lies below it.
///
/// The clouds but AWS do not attach policies to principals: a principal is *bound* to a role at a
/// scope. One binding has one principal; a binding of several in the input is several here.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RoleBinding {
    /// Logical name of the resource that says it.
    pub name: SmolStr,
    /// Who: an object id, `allUsers`, `serviceAccount:…`, or an expression.
    pub principal: Text,
    /// Resources of the input that the principal refers to: a function, an identity.
    pub principal_references: Vec<Reference>,
    /// The role by the name that its cloud shows (`Contributor`, `roles/editor`); its id as written
    /// when the name is not known.
    pub role: Text,
    /// On what: an ARM id or scope, the name of a project or resource.
    pub scope: Text,
    /// Resources of the input that the scope refers to.
    pub scope_references: Vec<Reference>,
    /// Width of the scope.
    pub width: ScopeWidth,
    /// Where the role is written.
    pub place: Place,
    /// When it holds.
    pub when: When,
    /// Logical names of the functions that run as the principal.
    pub functions: Vec<SmolStr>,
}

/// How much a scope takes in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ScopeWidth {
    /// Cannot be told.
    #[default]
    Unknown,
    /// One resource, or a part of it.
    Resource,
    /// A resource group: whatever is put into it.
    Group,
    /// A subscription or a project.
    Project,
    /// A management group, a folder, an organisation, a tenant.
    Organisation,
}

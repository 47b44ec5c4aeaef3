//! What Google's providers tell to the machinery of tables.

use std::{collections::HashMap, sync::LazyLock};

use source_text::{Node, Place, SmolStr};
use terraform_language::Block;
use terraform_tables::{Provider, Scope, Type, reference, row};

use crate::{defaults, functions, policy, spelling::camel, tables, turn};

/// Google's providers (`google`, `google-beta`): types of Cloud Asset Inventory, the spelling of the
/// interfaces.
pub const GOOGLE: &dyn Provider = &Google;

/// Attributes that stand for the resource itself: a reference to them stays a reference to it.
const IDENTITY: [&str; 18] = [
    "account_id",
    "crypto_key_id",
    "dataset_id",
    "email",
    "folder_id",
    "gateway_id",
    "https_trigger_url",
    "id",
    "member",
    "name",
    "org_id",
    "project_id",
    "repository_id",
    "secret_id",
    "self_link",
    "table_id",
    "unique_id",
    "uri",
];

/// The argument that names a resource, where it is not `name`.
const NAMES: [(&str, &str); 7] = [
    ("google_service_account", "account_id"),
    ("google_secret_manager_secret", "secret_id"),
    ("google_bigquery_dataset", "dataset_id"),
    ("google_bigquery_table", "table_id"),
    ("google_artifact_registry_repository", "repository_id"),
    ("google_project", "project_id"),
    ("google_api_gateway_api", "api_id"),
];

#[derive(Debug)]
struct Google;

/// The tables in the form of the machinery. What arguments become is decided in
/// [`Provider::complete`]: nested blocks take names of their own there.
static TYPES: LazyLock<HashMap<&'static str, Type>> = LazyLock::new(|| {
    let type_ = |one: &tables::Type| match one.asset {
        "" => row::nothing(one.kind),
        asset => row::resource(one.kind, asset, &[]),
    };
    tables::all().map(|one| (one.kind, type_(one))).collect()
});

static POLICY: LazyLock<Type> =
    LazyLock::new(|| row::resource("google_iam_policy", policy::ASSET, &[]));

impl Provider for Google {
    fn names(&self) -> &'static [&'static str] {
        &["google", "google-beta"]
    }

    fn table(&self, kind: &str) -> Option<&'static Type> {
        TYPES.get(kind).or_else(|| policy::form_of(kind).map(|_| &*POLICY))
    }

    fn spelled(&self, name: &str) -> SmolStr {
        camel(name)
    }

    fn name_argument(&self, kind: &str) -> &'static str {
        NAMES.iter().find(|(known, _)| *known == kind).map_or("name", |(_, name)| name)
    }

    fn attribute(&self, block: &Block, attribute: &str, place: Place) -> Option<Node> {
        let first = attribute.split(['.', '[']).next().unwrap_or(attribute);
        let is_itself = IDENTITY.contains(&first);
        is_itself.then(|| reference::get_att(place, &block.address, first))
    }

    fn complete(&self, scope: &Scope<'_>, block: &Block, properties: &mut Node) {
        if let Some((base, form)) = policy::form_of(&block.kind) {
            *properties = policy::properties(scope, block, base, form);
            return;
        }
        let Some(one) = tables::of(&block.kind) else { return };
        *properties = turn::block(scope, &block.body, one.rows, "");
        properties.place = block.place;
        functions::complete(scope, block, properties);
        defaults::set(&block.kind, properties);
    }
}

//! Role assignments: who, which role, on what.

use app_model::{Expression, Reference, RoleBinding, ScopeWidth, SmolStr, Text, Value};
use model_builder::{Builder, Item};
use source_text::Node;

use crate::{SITES, named_in, roles};

/// Reads every role assignment.
pub(crate) fn read(builder: &mut Builder<'_>) {
    let bindings: Vec<RoleBinding> = builder
        .of_type("Microsoft.Authorization/roleAssignments")
        .filter_map(|item| binding(builder, item))
        .collect();
    builder.app.bindings.extend(bindings);
}

fn binding(builder: &Builder<'_>, item: &Item<'_>) -> Option<RoleBinding> {
    let properties = builder.properties(item);
    let by_id = properties.text(&["properties", "roleDefinitionId"]);
    let role = by_id.or_else(|| properties.text(&["properties", "roleDefinitionName"]))?;
    let principal = properties.at(&["properties", "principalId"]);
    let principal_references = principal.map_or_else(Vec::new, |node| builder.referents(node));
    let scope = properties.at(&["properties", "scope"]).or_else(|| properties.at(&["scope"]));
    let scope_references = scope.map_or_else(Vec::new, |node| builder.referents(node));
    let text = |node: Option<&Node>| {
        node.map_or_else(
            || Value::Unresolved(Expression::default()),
            |node| builder.evaluator.text(node),
        )
    };
    let scope_text = text(scope);
    Some(RoleBinding {
        name: item.name(),
        principal: text(principal),
        functions: functions(builder, &principal_references),
        principal_references,
        role: roles::name(role.value),
        width: width(builder, &scope_text, &scope_references),
        scope: scope_text,
        scope_references,
        place: role.place,
        when: item.when.clone(),
    })
}

/// Function apps that run as a principal: by their own identity, or by one that they are given.
fn functions(builder: &Builder<'_>, principals: &[Reference]) -> Vec<SmolStr> {
    let is_app = |name: &SmolStr| builder.app.functions.iter().any(|it| it.name == *name);
    let mut found = Vec::new();
    for principal in principals {
        let Some(item) = builder.items.get(&principal.name) else { continue };
        if SITES.contains(&item.type_()) {
            found.push(principal.name.clone());
        }
        if item.type_() == "Microsoft.ManagedIdentity/userAssignedIdentities" {
            let sites = SITES.iter().flat_map(|type_| builder.of_type(type_));
            let carriers = sites.filter(|site| {
                let identities = site.properties.at(&["identity", "userAssignedIdentities"]);
                identities.is_some_and(|node| named_in(builder, node).contains(&principal.name))
            });
            found.extend(carriers.map(Item::name));
        }
    }
    found.retain(is_app);
    found.dedup();
    found
}

/// How much a scope takes in, by its text or by what it refers to.
fn width(builder: &Builder<'_>, scope: &Text, references: &[Reference]) -> ScopeWidth {
    let types = references.iter().filter_map(|it| builder.items.get(&it.name)).map(Item::type_);
    let by_type = types.map(|type_| match type_ {
        "Microsoft.Resources/resourceGroups" => ScopeWidth::Group,
        "Microsoft.Management/managementGroups" => ScopeWidth::Organisation,
        _ => ScopeWidth::Resource,
    });
    by_type.max().unwrap_or_else(|| of_text(scope.display()))
}

fn of_text(text: &str) -> ScopeWidth {
    let lower = text.to_ascii_lowercase();
    let is_within = |part: &str| lower.contains(part);
    if is_within("managementgroup") || is_within("management_group") || lower == "/" {
        ScopeWidth::Organisation
    } else if lower.rsplit("/providers/").next().is_some_and(|it| it != lower) {
        ScopeWidth::Resource
    } else if is_within("resourcegroup") || is_within("resource_group") {
        ScopeWidth::Group
    } else if is_within("subscription") {
        ScopeWidth::Project
    } else {
        ScopeWidth::Unknown
    }
}

#[cfg(test)]
mod tests {
    use app_model::ScopeWidth;

    use super::of_text;

    #[test]
    fn the_width_of_a_scope_is_that_of_its_last_part() {
        assert_eq!(of_text("${subscription().id}"), ScopeWidth::Project);
        assert_eq!(of_text("${resourceGroup().id}"), ScopeWidth::Group);
        assert_eq!(of_text("/subscriptions/1/resourceGroups/a"), ScopeWidth::Group);
        let account =
            "/subscriptions/1/resourceGroups/a/providers/Microsoft.Storage/storageAccounts/b";
        assert_eq!(of_text(account), ScopeWidth::Resource);
        let group = "/providers/Microsoft.Management/managementGroups/a";
        assert_eq!(of_text(group), ScopeWidth::Organisation);
        assert_eq!(of_text("${scope}"), ScopeWidth::Unknown);
    }
}

//! Roles, policies, permissions.

use std::sync::Arc;

use app_model::{
    Expression, Identity, IdentityKind, Permission, Property, PropertyKind, ResourcePolicy, SmolStr,
};
use iam_policy::{Effect, Policy, Principal, Statement, Term};

use super::{Fields, Views, opposite, property_of_value};

impl Views<'_> {
    pub(crate) fn role(&self, role: &Identity) -> Property {
        let place = role.place;
        let mut fields = Fields::new(place);
        fields.text("name", role.name.clone());
        fields.text(
            "kind",
            match role.kind {
                IdentityKind::Role => "role",
                IdentityKind::User => "user",
                IdentityKind::Group => "group",
                IdentityKind::Detached => "policy",
            },
        );
        fields.bool("generated", role.is_generated);
        fields.setting("physical_name", role.physical_name.as_ref());
        let trust = role.trust.as_ref().map(|it| statements("trust", it)).unwrap_or_default();
        fields.list("trust", trust.into_iter());
        let written = role.policies.iter().flat_map(|it| statements(&it.name, &it.document));
        fields.list("statements", written);
        fields.list("managed", role.managed.iter().map(|it| property_of_value(it.place, &it.arn)));
        fields.setting("boundary", role.boundary.as_ref());
        fields.names("functions", self.app.functions_of(role).map(|it| &it.name));
        fields.put("targets", self.targets(place, self.app.targets(&role.name)));
        fields.put("tags", self.tags(place, &role.name));
        fields.put("properties", self.properties(place, &role.name));
        fields.when(&role.when);
        fields.record()
    }
}

pub(crate) fn statements(policy: &str, document: &Policy) -> Vec<Property> {
    document.statements.iter().map(|it| statement(policy, it)).collect()
}

fn statement(policy: &str, statement: &Statement) -> Property {
    let mut fields = Fields::new(statement.place);
    fields.optional("sid", statement.sid.as_deref());
    fields.text(
        "effect",
        match statement.effect {
            Effect::Allow => "Allow",
            Effect::Deny => "Deny",
        },
    );
    fields.list("actions", statement.actions.iter().map(term));
    fields.list("not_actions", statement.not_actions.iter().map(term));
    fields.list("resources", statement.resources.iter().map(term));
    fields.list("not_resources", statement.not_resources.iter().map(term));
    fields.list("principals", statement.principals.iter().map(principal));
    fields.list("not_principals", statement.not_principals.iter().map(principal));
    let conditions = statement.conditions.iter().map(|condition| {
        let mut fields = Fields::new(condition.place);
        fields.text("operator", condition.operator.clone());
        fields.text("key", condition.key.clone());
        fields.list("values", condition.values.iter().map(term));
        fields.record()
    });
    fields.list("conditions", conditions);
    fields.text("policy", policy);
    fields.when(&statement.when);
    fields.record()
}

fn principal(principal: &Principal) -> Property {
    term(&principal.term)
}

/// A text of a policy; one that is there only under a condition is null in the other deployments.
fn term(term: &Term) -> Property {
    let kind = if term.resolved {
        PropertyKind::Text(term.text.clone())
    } else {
        let references = term.references.clone();
        PropertyKind::Unresolved(Arc::new(Expression { text: term.text.clone(), references }))
    };
    let value = Property::new(term.place, kind);
    if term.when.is_always() {
        return value;
    }
    let mut choices = vec![(term.when.clone(), value)];
    if let Some(when) = opposite(&term.when) {
        choices.push((when, Property { place: term.place, ..Property::default() }));
    }
    Property::new(term.place, PropertyKind::OneOf(choices.into()))
}

pub(crate) fn policy(policy: &ResourcePolicy) -> Property {
    let mut fields = Fields::new(policy.place);
    fields.text("name", policy.name.clone());
    fields.text("service", policy.service.clone());
    fields.names("resources", policy.resources.iter());
    fields.list("statements", statements(&policy.name, &policy.document).into_iter());
    fields.when(&policy.when);
    fields.record()
}

pub(crate) fn permission(permission: &Permission) -> Property {
    let mut fields = Fields::new(permission.place);
    fields.text("name", permission.name.clone());
    fields.optional("function", permission.function.as_ref().map(SmolStr::as_str));
    fields.bool("generated", permission.is_generated);
    fields.setting("action", permission.action.as_ref());
    fields.setting("principal", permission.principal.as_ref());
    fields.setting("source_arn", permission.source_arn.as_ref());
    fields.setting("source_account", permission.source_account.as_ref());
    fields.setting("organisation", permission.organisation.as_ref());
    fields.setting("url_auth", permission.url_auth.as_ref());
    fields.when(&permission.when);
    fields.record()
}

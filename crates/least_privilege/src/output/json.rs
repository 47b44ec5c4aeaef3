//! `faasguard-iam/1`: the result for other programs. Fields are added, never removed or renamed.

use source_text::{Kind, Node, Place, SmolStr, Sources, to_json as write_json};

use crate::{Broader, Gap, Need, Privileges, Proposal, Reason, Restriction, Unused, Widened};

/// The schema's name.
pub const SCHEMA: &str = "faasguard-iam/1";

/// The privileges of all functions, each with the path of its template.
#[must_use]
pub fn to_json<'p>(
    all: impl IntoIterator<Item = (&'p str, &'p [Privileges])>,
    sources: &Sources,
) -> String {
    let functions = all.into_iter().flat_map(|(template, privileges)| {
        privileges.iter().map(move |it| function(it, template, sources))
    });
    let result = map([("schema", text(SCHEMA)), ("functions", list(functions))]);
    write_json(&result)
}

fn function(privileges: &Privileges, template: &str, sources: &Sources) -> Node {
    let Privileges { needs, policy, comparison } = privileges;
    map([
        ("function", text(&needs.function)),
        ("template", text(template)),
        ("policy", policy.document.to_json()),
        ("size", number(policy.size)),
        ("complete", truth(needs.is_complete())),
        ("grants", list(needs.needs.iter().map(|need| grant(need, sources)))),
        ("incomplete", list(needs.gaps.iter().map(|gap| incomplete(gap, sources)))),
        ("unused", list(comparison.unused.iter().map(|it| unused(it, sources)))),
        ("broader", list(comparison.broader.iter().map(|it| broader(it, sources)))),
        ("missing", list(comparison.missing.iter().map(|need| grant(need, sources)))),
        ("proposals", list(needs.proposals.iter().map(proposal))),
        ("widened", list(policy.widened.iter().map(widened))),
    ])
}

fn grant(need: &Need, sources: &Sources) -> Node {
    let mut fields = vec![
        ("action", text(&need.action)),
        ("resource", text(&need.resource)),
        ("exact", truth(need.is_exact)),
        ("reasons", list(need.reasons.iter().map(|it| reason(it, sources)))),
    ];
    if !need.restrictions.is_empty() {
        fields.push(("conditions", list(need.restrictions.iter().map(restriction))));
    }
    map(fields)
}

fn restriction(restriction: &Restriction) -> Node {
    map([
        ("operator", text(&restriction.operator)),
        ("key", text(&restriction.key)),
        ("value", text(&restriction.value)),
    ])
}

fn reason(reason: &Reason, sources: &Sources) -> Node {
    let mut fields = vec![("source", text(reason.source.as_str()))];
    if let Some(at) = reason.place {
        fields.push(("place", place(at, sources)));
    }
    if !reason.note.is_empty() {
        fields.push(("note", text(&reason.note)));
    }
    if reason.count > 0 {
        fields.push(("count", number(reason.count)));
    }
    if let Some(last) = &reason.last_used {
        fields.push(("last_used", text(last)));
    }
    map(fields)
}

fn incomplete(gap: &Gap, sources: &Sources) -> Node {
    map([("place", place(gap.place, sources)), ("reason", text(&gap.reason))])
}

fn unused(unused: &Unused, sources: &Sources) -> Node {
    let mut fields = vec![
        ("action", text(&unused.action)),
        ("resource", text(&unused.resource)),
        ("place", place(unused.place, sources)),
    ];
    if let Some(policy) = unused.policy {
        fields.push(("policy", text(policy)));
    }
    if !unused.but.is_empty() {
        fields.push(("needed", list(unused.but.iter().map(|it| text(it)))));
    }
    map(fields)
}

fn broader(broader: &Broader, sources: &Sources) -> Node {
    map([
        ("action", text(&broader.action)),
        ("resource", text(&broader.resource)),
        ("place", place(broader.place, sources)),
        ("needed", list(broader.needed.iter().map(|it| text(it)))),
    ])
}

fn proposal(proposal: &Proposal) -> Node {
    map([
        ("action", text(&proposal.action)),
        ("resource", text(&proposal.resource)),
        ("reason", text(&proposal.reason)),
    ])
}

fn widened(widened: &Widened) -> Node {
    map([
        ("to", text(&widened.to)),
        ("count", number(widened.count)),
        ("example", text(&widened.example)),
    ])
}

fn place(place: Place, sources: &Sources) -> Node {
    map([
        ("file", text(&sources.path(place.file))),
        ("line", number(place.line)),
        ("column", number(place.column)),
        ("end_line", number(place.end_line)),
        ("end_column", number(place.end_column)),
    ])
}

fn map<'k>(fields: impl IntoIterator<Item = (&'k str, Node)>) -> Node {
    Node::map(Place::default(), fields)
}

fn list(items: impl IntoIterator<Item = Node>) -> Node {
    Node::list(Place::default(), items.into_iter().collect())
}

fn text(text: &str) -> Node {
    Node::text(Place::default(), text)
}

fn truth(value: bool) -> Node {
    Node::bool(Place::default(), value)
}

fn number(value: impl std::fmt::Display) -> Node {
    Node::new(Place::default(), Kind::Number(SmolStr::new(value.to_string())))
}

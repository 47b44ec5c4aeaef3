//! The policies of functions: each statement is a permission of a template.

use source_text::{Kind, Map, Node, SmolStr};

use crate::{
    resource::{Resource, Resources, reference},
    shape::{at, document, items, member, text},
    snapshot::Account,
};

/// Condition keys, and the property of a permission that they stand for.
const CONDITIONS: [(&str, &str); 6] = [
    ("aws:sourcearn", "SourceArn"),
    ("aws:sourceaccount", "SourceAccount"),
    ("aws:principalorgid", "PrincipalOrgID"),
    ("lambda:functionurlauthtype", "FunctionUrlAuthType"),
    ("lambda:invokedviafunctionurl", "InvokedViaFunctionUrl"),
    ("lambda:eventsourcetoken", "EventSourceToken"),
];

/// Reads the policy of every function.
pub(crate) fn read(account: &Account<'_>, resources: &mut Resources) {
    let mut made = Vec::new();
    for answer in account.asked("lambda", "GetPolicy") {
        let Some(of) = &answer.of else { continue };
        let type_ = "AWS::Lambda::Function";
        let name = of.split(":function:").nth(1).unwrap_or(of);
        let name = name.split(':').next().unwrap_or(name);
        let Some(index) = resources.find(type_, name, answer.region.as_ref()) else { continue };
        let Some(policy) = at(answer.node, "Policy").and_then(document) else { continue };
        let Some(function) = resources.all.get(index) else { continue };
        let statements = member(&policy, "Statement").map_or_else(Vec::new, items);
        for (number, statement) in (1..).zip(statements) {
            for (principal, action) in pairs(statement, &account.id) {
                let sid =
                    text(statement, "Sid").unwrap_or_else(|| SmolStr::new(number.to_string()));
                let mut permission = Resource::new("AWS::Lambda::Permission", statement.place);
                permission.region.clone_from(&function.region);
                permission.parent = Some(index);
                permission.name.clone_from(&sid);
                permission.logical =
                    SmolStr::new(format!("{}/Permission/{sid}{}", function.logical, made.len()));
                permission.ids.push(permission.logical.clone());
                let place = statement.place;
                let itself = reference(place, &function.logical, None);
                permission.properties.insert("FunctionName", itself);
                permission.properties.insert("Action", action);
                permission.properties.insert("Principal", principal);
                conditions(statement, &mut permission.properties);
                made.push(permission);
            }
        }
    }
    for permission in made {
        resources.add(permission);
    }
}

/// Each principal with each action that a statement allows.
fn pairs(statement: &Node, own: &str) -> Vec<(Node, Node)> {
    if text(statement, "Effect").is_some_and(|effect| effect != "Allow") {
        return Vec::new();
    }
    let actions = member(statement, "Action").map_or_else(Vec::new, items);
    let principals: Vec<&Node> = match member(statement, "Principal") {
        Some(Node { kind: Kind::Map(map), .. }) => map.values().flat_map(items).collect(),
        Some(node) => items(node),
        None => Vec::new(),
    };
    principals
        .iter()
        .flat_map(|principal| {
            actions.iter().map(move |action| (plain(principal, own), (*action).clone()))
        })
        .collect()
}

/// The root of an account is written as the account, the own one as templates write it.
fn plain(principal: &Node, own: &str) -> Node {
    let account = principal.as_str().and_then(|text| {
        let rest = text.strip_prefix("arn:")?.split_once(":iam::")?.1;
        rest.strip_suffix(":root")
    });
    match account {
        Some(account) if account == own => {
            let itself = Node::text(principal.place, "AWS::AccountId");
            Node::map(principal.place, [("Ref", itself)])
        }
        Some(account) => Node::text(principal.place, account),
        None => principal.clone(),
    }
}

fn conditions(statement: &Node, properties: &mut Map) {
    let operators = member(statement, "Condition").and_then(Node::as_map);
    for keys in operators.into_iter().flat_map(Map::values).filter_map(Node::as_map) {
        for (key, value) in keys.iter() {
            let key = key.to_ascii_lowercase();
            let known = CONDITIONS.iter().find(|(known, _)| *known == key);
            if let (Some((_, property)), Some(value)) = (known, items(value).first()) {
                properties.insert(*property, (*value).clone());
            }
        }
    }
}

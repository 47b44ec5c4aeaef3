//! The resource policy of a REST API: which accounts, addresses and networks may call it.

use std::collections::HashSet;

use sam_core::identifier::canonical_json;
use sam_core::intrinsic::Here;
use source_text::{Diagnostic, Kind, Map, Node, Place, SmolStr};

use super::document::{ANY_METHOD, branches, path_is_no_map, section_mut, truthy};

const POLICY: &str = "x-amazon-apigateway-policy";

/// Properties that list accounts, and what happens to these.
const ACCOUNTS: [(&str, &str); 2] =
    [("AwsAccountWhitelist", "Allow"), ("AwsAccountBlacklist", "Deny")];

/// Properties that list addresses, and the test under which a caller is refused.
const ADDRESSES: [(&str, &str); 2] =
    [("IpRangeWhitelist", "NotIpAddress"), ("IpRangeBlacklist", "IpAddress")];

/// Adds the statements of `ResourcePolicy` for the methods of each of the paths.
pub(crate) fn add_resource_policy(
    definition: &mut Node,
    policy: &Map,
    paths: &[SmolStr],
    stage: &Node,
    place: Place,
) -> Result<(), Diagnostic> {
    let mut resources = Vec::with_capacity(paths.len());
    for path in paths {
        resources.push(resources_of(definition, path, stage, place)?);
    }
    let given = |property: &str| policy.get(property).filter(|list| truthy(list));
    for (property, _) in ACCOUNTS {
        let list = given(property).filter(|n| n.as_list().is_none() && n.as_map().is_none());
        if let Some(list) = list {
            let message = format!("`{property}` must be a list of accounts");
            return Err(Diagnostic::error(list.place, message));
        }
    }
    let networks = [
        ("StringEquals", networks_of(policy, "Blacklist")?),
        ("StringNotEquals", networks_of(policy, "Whitelist")?),
    ];
    // Nothing fails from here on, so the statements taken out come back.
    let mut statements = Statements::take(definition, place)?;
    if paths.len() > 1 {
        statements.index();
    }
    for resources in &resources {
        statements.add_path(policy, &networks, resources);
    }
    statements.write(definition)
}

/// Adds the author's own statements.
pub(crate) fn add_custom_statements(
    definition: &mut Node,
    custom: &Node,
) -> Result<(), Diagnostic> {
    let mut statements = Statements::take(definition, custom.place)?;
    statements.version = true;
    if statements.value.is_none() {
        statements.value = Some(custom.clone());
    } else {
        let list = as_list(custom);
        for statement in list.as_list().unwrap_or_default() {
            statements.push_new(statement.clone());
        }
    }
    statements.write(definition)
}

fn as_list(node: &Node) -> Node {
    match node.as_list() {
        Some(_) => node.clone(),
        None => Node::list(node.place, vec![node.clone()]),
    }
}

/// The statements of the policy while they are extended.
struct Statements {
    place: Place,
    /// Whether something was added, which sets the version of the policy.
    version: bool,
    /// The `Statement` so far: absent, one statement or a list.
    value: Option<Node>,
    /// The statements as JSON, when many are to be added.
    known: Option<HashSet<String>>,
}

impl Statements {
    /// Takes the statements out of the definition: an API can have thousands, and each path adds.
    fn take(definition: &mut Node, place: Place) -> Result<Self, Diagnostic> {
        let policy = definition.as_map_mut().and_then(|map| map.get_mut(POLICY));
        let Some(policy) = policy.filter(|policy| truthy(policy)) else {
            return Ok(Self { place, version: false, value: None, known: None });
        };
        let (at, found) = (policy.place, policy.kind_name());
        let Some(map) = policy.as_map_mut() else {
            let message = format!("`{POLICY}` must be a mapping, not {found}");
            return Err(Diagnostic::error(at, message));
        };
        let value = map.get_mut("Statement").filter(|statement| !statement.is_null());
        let value = value.map(|value| std::mem::replace(value, Node::null(at)));
        Ok(Self { place, version: false, value, known: None })
    }

    fn list(&mut self) -> Vec<Node> {
        match self.value.take() {
            None => Vec::new(),
            Some(Node { kind: Kind::List(list), .. }) => list,
            Some(value) => vec![value],
        }
    }

    fn push_new(&mut self, statement: Node) {
        let mut list = self.list();
        let is_new = match &mut self.known {
            Some(known) => known.insert(canonical_json(&statement)),
            None => !list.iter().any(|known| known.same(&statement)),
        };
        if is_new {
            list.push(statement);
        }
        self.value = Some(Node::list(self.place, list));
    }

    /// Remembers the statements, so that finding a known one takes no walk over all of them.
    fn index(&mut self) {
        let list = self.list();
        self.known = Some(list.iter().map(canonical_json).collect());
        if !list.is_empty() {
            self.value = Some(Node::list(self.place, list));
        }
    }

    fn add_path(&mut self, policy: &Map, networks: &[(&str, Option<Node>)], resources: &Node) {
        let given = |property: &str| policy.get(property).filter(|list| truthy(list));
        for (property, effect) in ACCOUNTS {
            if let Some(list) = given(property) {
                self.add_accounts(list, effect, resources);
            }
        }
        for (property, test) in ADDRESSES {
            if let Some(list) = given(property) {
                let here = Here(list.place);
                let condition = here.map([("aws:SourceIp", as_list(list))]);
                self.add_all_but(resources, here.map([(test, condition)]), list.place);
            }
        }
        for (test, networks) in networks {
            if let Some(networks) = networks {
                let condition = Node::map(networks.place, [(*test, networks.clone())]);
                self.add_all_but(resources, condition, networks.place);
            }
        }
    }

    fn add_accounts(&mut self, accounts: &Node, effect: &str, resources: &Node) {
        let here = Here(accounts.place);
        let principal = here.map([("AWS", as_list(accounts))]);
        let statement = here.map([
            ("Effect", here.text(effect)),
            ("Action", here.text("execute-api:Invoke")),
            ("Resource", resources.clone()),
            ("Principal", principal),
        ]);
        self.version = true;
        if self.value.is_none() {
            // A first statement about accounts stands alone, without a list.
            self.value = Some(statement);
            return;
        }
        let mut list = self.list();
        list.push(statement);
        self.value = Some(Node::list(self.place, list));
    }

    /// Everybody is let in, except under `condition`.
    fn add_all_but(&mut self, resources: &Node, condition: Node, place: Place) {
        let here = Here(place);
        let statement = |effect: &str| {
            here.map([
                ("Effect", here.text(effect)),
                ("Action", here.text("execute-api:Invoke")),
                ("Resource", resources.clone()),
                ("Principal", here.text("*")),
            ])
        };
        let mut deny = statement("Deny");
        if let Some(map) = deny.as_map_mut() {
            map.insert("Condition", condition);
        }
        self.version = true;
        self.push_new(statement("Allow"));
        self.push_new(deny);
    }

    fn write(self, definition: &mut Node) -> Result<(), Diagnostic> {
        let Some(map) = definition.as_map_mut() else { return Ok(()) };
        let policy = section_mut(map, POLICY, self.place)?;
        if self.version {
            policy.insert("Version", Node::text(self.place, "2012-10-17"));
        }
        if let Some(value) = self.value {
            policy.insert("Statement", value);
        }
        Ok(())
    }
}

/// The condition keys and values of the VPCs and endpoints in the lists of one kind.
fn networks_of(policy: &Map, kind: &str) -> Result<Option<Node>, Diagnostic> {
    let list = |property: String| -> Result<Vec<Node>, Diagnostic> {
        match policy.get(&property).filter(|list| !list.is_null()) {
            None => Ok(Vec::new()),
            Some(list) => list.as_list().map(<[Node]>::to_vec).ok_or_else(|| {
                let found = list.kind_name();
                Diagnostic::error(list.place, format!("`{property}` must be a list, not {found}"))
            }),
        }
    };
    let mut vpcs = Vec::new();
    let mut endpoints = Vec::new();
    for item in list(format!("SourceVpc{kind}"))? {
        match item.as_str() {
            Some(id) if id.starts_with("vpce-") => endpoints.push(item),
            Some(id) if id.starts_with("vpc-") => vpcs.push(item),
            Some(_) => {}
            None => {
                let message = format!(
                    "`SourceVpc{kind}` takes ids as text; use `IntrinsicVpc{kind}` or \
                     `IntrinsicVpce{kind}` for intrinsic functions"
                );
                return Err(Diagnostic::error(item.place, message));
            }
        }
    }
    vpcs.extend(list(format!("IntrinsicVpc{kind}"))?);
    endpoints.extend(list(format!("IntrinsicVpce{kind}"))?);
    let Some(place) = vpcs.first().or(endpoints.first()).map(|node| node.place) else {
        return Ok(None);
    };
    let pairs = [("aws:SourceVpc", vpcs), ("aws:SourceVpce", endpoints)];
    let pairs = pairs.into_iter().filter(|(_, list)| !list.is_empty());
    Ok(Some(Node::map(place, pairs.map(|(key, list)| (key, Node::list(place, list))))))
}

/// The methods of a path as resources of a policy.
fn resources_of(
    definition: &Node,
    path: &str,
    stage: &Node,
    place: Place,
) -> Result<Node, Diagnostic> {
    let here = Here(place);
    let wild = wildcard_path(path);
    let mut resources = Vec::new();
    if let Some(item) = definition.at(&["paths", path]) {
        for branch in branches(item)? {
            let map = branch.as_map().ok_or_else(|| path_is_no_map(path, branch))?;
            for method in map.keys() {
                let any =
                    method.eq_ignore_ascii_case(ANY_METHOD) || method.eq_ignore_ascii_case("any");
                let verb = if any { "*".to_owned() } else { method.to_uppercase() };
                let text = format!("execute-api:/${{__Stage__}}/{verb}{wild}");
                resources.push(here.sub_with(text, [("__Stage__", stage.clone())]));
            }
        }
    }
    Ok(here.list(resources))
}

/// The path with `*` for each `{parameter}` and `{greedy+}`.
#[must_use]
pub fn wildcard_path(path: &str) -> SmolStr {
    replace_parameters(path, |name| {
        let name = name.strip_suffix('+').unwrap_or(name);
        is_parameter(name)
    })
}

/// Whether API Gateway takes `name` for a parameter of a path: letters, digits, `.`, `_` and `-`.
#[must_use]
pub fn is_parameter(name: &str) -> bool {
    !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
}

/// Puts `*` for each `{name}` that `counts`.
pub fn replace_parameters(path: &str, counts: impl Fn(&str) -> bool) -> SmolStr {
    let mut out = String::with_capacity(path.len());
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        match after.split_once('}') {
            Some((name, tail)) if counts(name) => {
                out.push('*');
                rest = tail;
            }
            _ => {
                out.push('{');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    SmolStr::from(out)
}

#[cfg(test)]
mod tests {
    use super::wildcard_path;

    #[test]
    fn parameters_of_a_path_become_wildcards() {
        assert_eq!(wildcard_path("/orders/{id}/lines"), "/orders/*/lines");
        assert_eq!(wildcard_path("/{proxy+}"), "/*");
        assert_eq!(wildcard_path("/{with space}"), "/{with space}");
    }
}

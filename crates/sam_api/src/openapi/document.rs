//! The parts of a definition: paths, branches of conditions, methods, and what counts as one.

use sam_core::intrinsic::{is_falsy, is_no_value};
use source_text::{Diagnostic, Kind, Map, Node, Place, SmolStr};

use super::INTEGRATION;

/// What API Gateway calls a method that answers every verb.
pub const ANY_METHOD: &str = "x-amazon-apigateway-any-method";

/// Keys of a path item that are no methods.
const NOT_METHODS: [&str; 3] = ["summary", "description", "parameters"];

/// Whether a value counts as given: not null, false, zero or empty.
#[must_use]
pub fn truthy(node: &Node) -> bool {
    !is_falsy(node)
}

/// Whether the text is `3`, a dot and a digit, and perhaps one more of these.
pub(crate) fn is_openapi_3(version: &Node) -> bool {
    version.scalar_text().is_some_and(|text| is_version(&text, &["3"]))
}

/// Whether `text` is one of `majors` followed by one or two `.digit`.
pub(crate) fn is_version(text: &str, majors: &[&str]) -> bool {
    let mut parts = text.split('.');
    let digit = |part: &str| part.len() == 1 && part.bytes().all(|byte| byte.is_ascii_digit());
    parts.next().is_some_and(|major| majors.contains(&major))
        && matches!(parts.clone().count(), 1 | 2)
        && parts.all(digit)
}

/// Whether this is a definition that a REST API takes: Swagger 2 or OpenAPI 3 with paths.
pub(crate) fn is_rest_definition(definition: &Node) -> bool {
    let Some(map) = definition.as_map() else { return false };
    if map.get("paths").and_then(Node::as_map).is_none() {
        return false;
    }
    map.get("swagger").is_some_and(truthy)
        || map.get("openapi").is_some_and(|version| truthy(version) && is_openapi_3(version))
}

/// Whether this is a definition that an HTTP API takes: OpenAPI 3 with paths.
pub(crate) fn is_http_definition(definition: &Node) -> bool {
    definition.get("paths").and_then(Node::as_map).is_some()
        && definition.get("openapi").is_some_and(is_openapi_3)
}

/// Lower case, and API Gateway's name for `any`.
#[must_use]
pub fn normalize_method(method: &str) -> SmolStr {
    let method = method.to_lowercase();
    if method == "any" { SmolStr::new_static(ANY_METHOD) } else { SmolStr::from(method) }
}

/// The paths of a definition that was found valid.
pub(crate) fn paths_mut(definition: &mut Node) -> Result<&mut Map, Diagnostic> {
    let place = definition.place;
    definition
        .as_map_mut()
        .and_then(|map| map.get_mut("paths"))
        .and_then(Node::as_map_mut)
        .ok_or_else(|| Diagnostic::error(place, "the API definition has no `paths`"))
}

/// Both values of an `Fn::If`, without `AWS::NoValue`; else the value itself.
pub(crate) fn branches(item: &Node) -> Result<Vec<&Node>, Diagnostic> {
    let Some(choice) = item.get("Fn::If") else { return Ok(vec![item]) };
    let branches = choice.as_list().ok_or_else(|| if_is_no_list(choice.place))?;
    Ok(branches.iter().skip(1).filter(|branch| !is_no_value(branch)).collect())
}

/// As [`branches`], to change them.
pub(crate) fn branches_mut(item: &mut Node) -> Result<Vec<&mut Node>, Diagnostic> {
    if item.get("Fn::If").is_none() {
        return Ok(vec![item]);
    }
    let place = item.place;
    let choice = item.as_map_mut().and_then(|map| map.get_mut("Fn::If"));
    match choice.map(|choice| &mut choice.kind) {
        Some(Kind::List(branches)) => {
            Ok(branches.iter_mut().skip(1).filter(|branch| !is_no_value(branch)).collect())
        }
        _ => Err(if_is_no_list(place)),
    }
}

fn if_is_no_list(place: Place) -> Diagnostic {
    Diagnostic::error(place, "`Fn::If` takes a list of a condition and two values")
}

/// Demands that every path item, in every branch, is a mapping.
pub(crate) fn check_path_items(definition: &Node) -> Result<(), Diagnostic> {
    let Some(paths) = definition.get("paths").and_then(Node::as_map) else { return Ok(()) };
    for (path, item) in paths.iter() {
        for branch in branches(item)? {
            if branch.as_map().is_none() {
                return Err(path_is_no_map(path, branch));
            }
        }
    }
    Ok(())
}

pub(crate) fn path_is_no_map(path: &str, item: &Node) -> Diagnostic {
    Diagnostic::error(
        item.place,
        format!("the path `{path}` must be a mapping of methods, not {}", item.kind_name()),
    )
}

fn method_is_no_map(path: &str, method: &str, definition: &Node) -> Diagnostic {
    let found = definition.kind_name();
    Diagnostic::error(
        definition.place,
        format!("the method `{method}` of the path `{path}` must be a mapping, not {found}"),
    )
}

/// The branches of one path, as mappings.
pub(crate) fn path_items_mut<'a>(
    definition: &'a mut Node,
    path: &str,
) -> Result<Vec<&'a mut Map>, Diagnostic> {
    let place = definition.place;
    let item = paths_mut(definition)?
        .get_mut(path)
        .ok_or_else(|| Diagnostic::error(place, format!("the path `{path}` is not defined")))?;
    let mut items = Vec::new();
    for branch in branches_mut(item)? {
        if branch.as_map().is_none() {
            return Err(path_is_no_map(path, branch));
        }
        items.extend(branch.as_map_mut());
    }
    Ok(items)
}

/// Makes sure that the path, and the method in each of its branches, exist.
pub(crate) fn add_path(
    definition: &mut Node,
    path: &str,
    method: &str,
    place: Place,
) -> Result<(), Diagnostic> {
    let method = normalize_method(method);
    let empty = Node::new(place, Kind::Map(Map::new()));
    let paths = paths_mut(definition)?;
    if !paths.contains(path) {
        paths.insert(path, empty.clone());
    }
    for item in path_items_mut(definition, path)? {
        if !item.contains(&method) {
            item.insert(method.clone(), empty.clone());
        }
    }
    Ok(())
}

fn has_own_integration(definition: &Map) -> bool {
    definition.get(INTEGRATION).is_some_and(truthy)
}

/// Whether the method already has an integration, in every branch of the path.
///
/// # Errors
/// A path item or the method is no mapping, or an `Fn::If` no list.
pub fn has_integration(definition: &Node, path: &str, method: &str) -> Result<bool, Diagnostic> {
    let method = normalize_method(method);
    let Some(item) = definition.at(&["paths", path]) else { return Ok(false) };
    for branch in branches(item)? {
        let Some(map) = branch.as_map() else { return Err(path_is_no_map(path, branch)) };
        let Some(found) = map.get(&method).filter(|found| found.as_map().is_some()) else {
            return Ok(false);
        };
        let mut integrated = false;
        for part in branches(found)? {
            let part_map = part.as_map().ok_or_else(|| method_is_no_map(path, &method, part))?;
            integrated |= has_own_integration(part_map);
        }
        if !integrated {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The definitions of one method, in every branch of path and method, that have an integration.
pub(crate) fn method_definitions_mut<'a>(
    definition: &'a mut Node,
    path: &str,
    method: &str,
) -> Result<Vec<&'a mut Map>, Diagnostic> {
    let place = definition.place;
    let method = normalize_method(method);
    let mut found = Vec::new();
    for item in path_items_mut(definition, path)? {
        let value = item.get_mut(&method).ok_or_else(|| {
            let message = format!("the path `{path}` has no method `{method}`");
            Diagnostic::error(place, message)
        })?;
        collect_integrated(value, path, &method, &mut found)?;
    }
    Ok(found)
}

fn collect_integrated<'a>(
    value: &'a mut Node,
    path: &str,
    method: &str,
    found: &mut Vec<&'a mut Map>,
) -> Result<(), Diagnostic> {
    for branch in branches_mut(value)? {
        let Some(map) = branch.as_map() else {
            return Err(method_is_no_map(path, method, branch));
        };
        if has_own_integration(map) {
            found.extend(branch.as_map_mut());
        }
    }
    Ok(())
}

/// Every method of a path with an integration: its normalised name and its definition.
pub(crate) fn all_methods_mut<'a>(
    definition: &'a mut Node,
    path: &str,
) -> Result<Vec<(SmolStr, &'a mut Map)>, Diagnostic> {
    let mut methods = Vec::new();
    for item in path_items_mut(definition, path)? {
        for (name, value) in item.iter_mut() {
            if NOT_METHODS.contains(&name.as_str()) {
                continue;
            }
            let mut found = Vec::new();
            collect_integrated(value, path, name, &mut found)?;
            let name = normalize_method(name);
            methods.extend(found.into_iter().map(|map| (name.clone(), map)));
        }
    }
    Ok(methods)
}

/// The mapping under `key`, made when missing or empty.
pub(crate) fn section_mut<'a>(
    map: &'a mut Map,
    key: &str,
    place: Place,
) -> Result<&'a mut Map, Diagnostic> {
    if !map.get(key).is_some_and(truthy) {
        map.insert(SmolStr::new(key), Node::new(place, Kind::Map(Map::new())));
    }
    map.get_mut(key)
        .and_then(Node::as_map_mut)
        .ok_or_else(|| Diagnostic::error(place, format!("`{key}` must be a mapping")))
}

/// The list under `key`, empty when missing.
pub(crate) fn list_of(map: &Map, key: &str, what: &str) -> Result<Vec<Node>, Diagnostic> {
    match map.get(key) {
        None => Ok(Vec::new()),
        Some(node) => node.as_list().map(<[Node]>::to_vec).ok_or_else(|| {
            let found = node.kind_name();
            Diagnostic::error(node.place, format!("{what} must be a list, not {found}"))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::{is_version, normalize_method};

    #[test]
    fn a_version_has_one_or_two_parts_after_the_major() {
        assert!(is_version("3.0", &["3"]));
        assert!(is_version("3.0.1", &["3"]));
        assert!(!is_version("3", &["3"]));
        assert!(!is_version("3.0.10", &["3"]));
        assert!(!is_version("2.0", &["3"]));
    }

    #[test]
    fn any_has_a_name_of_its_own() {
        assert_eq!(normalize_method("ANY"), "x-amazon-apigateway-any-method");
        assert_eq!(normalize_method("Get"), "get");
    }
}

//! Methods of REST interfaces, which stand within their resources.

use std::collections::HashMap;

use source_text::{Kind, Map, Node, Place, SmolStr};

use crate::{
    collect::large,
    resource::{Resource, Resources, reference},
    shape::{at, items_at, member, set, text},
    snapshot::Account,
};

/// Reads every method of every resource.
pub(crate) fn read(account: &Account<'_>, resources: &mut Resources) {
    let mut made = Vec::new();
    for answer in account.asked("apigateway", "GetResources") {
        let Some(of) = &answer.of else { continue };
        let mut listed = items_at(answer.node, "items");
        listed.extend(items_at(answer.node, "item"));
        for node in listed {
            let Some(id) = text(node, "id") else { continue };
            let methods = member(node, "resourceMethods").and_then(Node::as_map);
            for (verb, method) in methods.into_iter().flat_map(Map::iter) {
                made.extend(method_of(verb, method, of, &id, answer.region.as_ref(), resources));
            }
        }
    }
    for answer in account.asked("apigateway", "GetMethod") {
        let parts: Vec<&str> = answer.of.as_deref().unwrap_or_default().split(['/', ' ']).collect();
        if let [api, .., id, verb] = parts.as_slice() {
            made.extend(method_of(verb, answer.node, api, id, answer.region.as_ref(), resources));
        }
    }
    drop_roots(resources);
    for method in made {
        if !resources.has(&method.logical) {
            resources.add(method);
        }
    }
}

/// The first resource of an interface is there of itself: templates name it by the interface.
fn itself_or_root(place: Place, resource: &Resource, api: &str) -> Node {
    if is_root(resource) {
        reference(place, api, Some("RootResourceId"))
    } else {
        reference(place, &resource.logical, None)
    }
}

fn is_root(resource: &Resource) -> bool {
    resource.type_ == "AWS::ApiGateway::Resource" && resource.name == "/"
}

/// Puts the name of the interface where its first resource is named, and takes that one away.
fn drop_roots(resources: &mut Resources) {
    let roots: HashMap<SmolStr, (usize, SmolStr)> = resources
        .all
        .iter()
        .enumerate()
        .filter(|(_, it)| is_root(it))
        .filter_map(|(index, it)| {
            let api = resources.all.get(it.parent?)?;
            Some((it.logical.clone(), (index, api.logical.clone())))
        })
        .collect();
    for resource in &mut resources.all {
        if resource.type_ != "AWS::ApiGateway::Resource" {
            continue;
        }
        let parent = resource.properties.get("ParentId");
        let named = parent.and_then(|it| it.get("Ref")).and_then(Node::as_str);
        if let Some((_, api)) = named.and_then(|it| roots.get(it)) {
            let node = reference(resource.place, api, Some("RootResourceId"));
            resource.properties.insert("ParentId", node);
        }
    }
    for (index, _) in roots.into_values() {
        if let Some(root) = resources.all.get_mut(index) {
            root.type_ = "";
        }
    }
}

fn method_of(
    verb: &str,
    node: &Node,
    api: &str,
    id: &str,
    region: Option<&SmolStr>,
    resources: &Resources,
) -> Option<Resource> {
    // A list without its methods embedded names them only.
    if node.as_map().is_none_or(Map::is_empty) {
        return None;
    }
    let api = resources.find("AWS::ApiGateway::RestApi", api, region)?;
    let api_name = resources.all.get(api)?;
    let below = resources.find("AWS::ApiGateway::Resource", id, region)?;
    let path = resources.all.get(below)?;
    let place = node.place;
    let mut method = Resource::new("AWS::ApiGateway::Method", place);
    method.region.clone_from(&api_name.region);
    method.parent = Some(api);
    method.logical = SmolStr::new(format!("{}/{verb}", path.logical.trim_end_matches('/')));
    method.ids.push(method.logical.clone());
    let properties = &mut method.properties;
    properties.insert("RestApiId", reference(place, &api_name.logical, None));
    properties.insert("ResourceId", itself_or_root(place, path, &api_name.logical));
    properties.insert("HttpMethod", Node::text(place, verb));
    for (to, from) in [
        ("AuthorizationType", "authorizationType"),
        ("AuthorizationScopes", "authorizationScopes"),
        ("ApiKeyRequired", "apiKeyRequired"),
        ("RequestValidatorId", "requestValidatorId"),
        ("RequestParameters", "requestParameters"),
    ] {
        if let Some(value) = member(node, from) {
            properties.insert(to, value.clone());
        }
    }
    if let Some(id) = text(node, "authorizerId") {
        let found = resources.find("AWS::ApiGateway::Authorizer", &id, region);
        let value = found.and_then(|found| resources.reference(found, place));
        properties.insert("AuthorizerId", value.unwrap_or_else(|| Node::text(place, id)));
    }
    let models = member(node, "requestModels").and_then(Node::as_map);
    for (kind, model) in models.into_iter().flat_map(Map::iter) {
        let own = model.as_str().and_then(|name| {
            let type_ = "AWS::ApiGateway::Model";
            let found = api_name
                .ids
                .iter()
                .find_map(|id| resources.find(type_, &format!("{id}/{name}"), region))?;
            resources.reference(found, model.place)
        });
        let models = properties.get("RequestModels").and_then(Node::as_map).cloned();
        let mut models = models.unwrap_or_default();
        models.insert(kind.clone(), own.unwrap_or_else(|| model.clone()));
        properties.insert("RequestModels", Node::new(place, Kind::Map(models)));
    }
    if let Some(integration) = at(node, "methodIntegration") {
        for (to, from) in [
            ("Integration.Type", "type"),
            ("Integration.Uri", "uri"),
            ("Integration.IntegrationHttpMethod", "httpMethod"),
            ("Integration.Credentials", "credentials"),
            ("Integration.ConnectionType", "connectionType"),
            ("Integration.TimeoutInMillis", "timeoutInMillis"),
            ("Integration.RequestParameters", "requestParameters"),
            ("Integration.RequestTemplates", "requestTemplates"),
            ("Integration.ResponseTransferMode", "responseTransferMode"),
        ] {
            if let Some(value) = member(integration, from) {
                set(properties, to, value.clone());
            }
        }
        let responses = member(integration, "integrationResponses").and_then(Node::as_map);
        let responses: Vec<Node> =
            responses.into_iter().flat_map(Map::values).map(large_keys).collect();
        if !responses.is_empty() {
            set(properties, "Integration.IntegrationResponses", Node::list(place, responses));
        }
    }
    Some(method)
}

/// The keys of one mapping large, those of mappings in it as they are: names of headers.
fn large_keys(node: &Node) -> Node {
    let Some(map) = node.as_map() else { return node.clone() };
    let map = map.iter().filter_map(|(key, value)| {
        let one = Node::map(node.place, [(key.clone(), Node::null(value.place))]);
        let key = large(&one).as_map()?.keys().next()?.clone();
        Some((key, value.clone()))
    });
    Node::new(node.place, Kind::Map(map.collect()))
}

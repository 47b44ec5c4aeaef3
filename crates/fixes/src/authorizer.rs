//! The authorizer that a template, a service or a module defines, named by a route that names none.

use finding::Finding;
use source_edit::{HclResource, Literal, Step};
use source_text::{Kind, Node, Place, SmolStr};

use crate::{
    Change, Why,
    fix::Derived,
    written::{Module, Tree, Written, refers_to},
};

pub(crate) const AUTHORIZER: Derived = Derived {
    words: &[
        "the only authorizer that is defined for the API: `Auth.Authorizer` of an event of SAM",
        "`AuthorizationType` and `AuthorizerId` of ApiGateway::Method and ApiGatewayV2::Route",
        "`authorizer` of an `http` or `httpApi` event of the Serverless Framework",
        "`authorization` (`authorization_type`) and `authorizer_id` of Terraform",
    ],
    changes,
};

/// An authorizer as a route names it.
#[derive(Debug)]
struct Named {
    /// As told.
    name: String,
    changes: Vec<Change>,
}

fn changes(finding: &Finding, written: &Written<'_>) -> Result<Vec<Vec<Change>>, Why> {
    // A question before the request carries no proof.
    if finding.property.as_deref().is_some_and(|label| label.starts_with("OPTIONS")) {
        return Err(Why::NoFix);
    }
    let fitting = match written {
        Written::Tree(tree) => in_tree(finding, tree),
        Written::Module(module) => in_module(module),
    };
    match <[Named; 1]>::try_from(fitting.unwrap_or_default()) {
        Ok([one]) => Ok(vec![one.changes]),
        Err(none) if none.is_empty() => Err(Why::NoFix),
        Err(several) => {
            let names: Vec<String> = several.iter().map(|it| format!("`{}`", it.name)).collect();
            Err(Why::Several { names: names.join(", ") })
        }
    }
}

fn in_tree(finding: &Finding, tree: &Tree<'_>) -> Option<Vec<Named>> {
    let at = tree.at.as_deref()?;
    let resources = at.iter().position(|step| *step == Step::from("Resources"));
    match at.get(resources.map_or(0, |at| at + 1)..)? {
        [Step::Key(_), Step::Key(properties), Step::Key(events), Step::Key(_), ..]
            if resources.is_some() && properties == "Properties" && events == "Events" =>
        {
            of_event(finding, tree, at.get(..resources? + 5)?)
        }
        [Step::Key(name), ..] if resources.is_some() => of_resource(tree, name),
        [Step::Key(functions), Step::Key(_), Step::Key(events), Step::Index(_), ..]
            if functions == "functions" && events == "events" =>
        {
            of_service_event(tree, at.get(..4)?)
        }
        _ => None,
    }
}

/// `Auth.Authorizer` of an event of SAM.
fn of_event(finding: &Finding, tree: &Tree<'_>, at: &[Step]) -> Option<Vec<Named>> {
    let keys: Vec<&str> = at.iter().filter_map(key_of).collect();
    let section = match tree.document.at(&keys)?.get("Type")?.as_str()? {
        "Api" => "Api",
        "HttpApi" => "HttpApi",
        _ => return None,
    };
    let api = finding.resource.as_deref()?;
    let of_all = tree.document.at(&["Globals", section, "Auth", "Authorizers"]);
    let own = tree.resource(api);
    let own = own.and_then(|(_, node)| node.at(&["Properties", "Auth", "Authorizers"]));
    let mut names: Vec<&SmolStr> = Vec::new();
    for map in [of_all, own].into_iter().flatten().filter_map(Node::as_map) {
        names.extend(map.keys().filter(|key| !key.starts_with("Fn::")));
    }
    names.sort();
    names.dedup();
    let inner = ["Properties", "Auth", "Authorizer"];
    let by_name = |name: &SmolStr| Named {
        name: name.to_string(),
        changes: vec![change(at, &inner, Literal::Text(name.clone()))],
    };
    Some(names.into_iter().map(by_name).collect())
}

/// `AuthorizationType` and `AuthorizerId` of a method or a route.
fn of_resource(tree: &Tree<'_>, name: &str) -> Option<Vec<Named>> {
    let (base, node) = tree.resource(name)?;
    let (type_, api, kind) = match node.get("Type")?.as_str()? {
        "AWS::ApiGateway::Method" => ("AWS::ApiGateway::Authorizer", "RestApiId", "Type"),
        "AWS::ApiGatewayV2::Route" => ("AWS::ApiGatewayV2::Authorizer", "ApiId", "AuthorizerType"),
        _ => return None,
    };
    let own_api = node.at(&["Properties", api])?;
    let fitting = tree.of_type(type_).into_iter().filter_map(|(_, authorizer, it)| {
        let is_made = it.get("Condition").is_none()
            || it.get("Condition").and_then(Node::as_str)
                == node.get("Condition").and_then(Node::as_str);
        let is_of_api = it.at(&["Properties", api]).is_some_and(|other| same(other, own_api));
        let word = it.at(&["Properties", kind])?.as_str()?;
        let type_ = word_for(word).filter(|_| is_made && is_of_api)?;
        Some(Named {
            name: authorizer.to_owned(),
            changes: vec![
                change(&base, &["AuthorizationType"], Literal::Text(type_.into())),
                change(&base, &["AuthorizerId"], Literal::Tree(reference(authorizer))),
            ],
        })
    });
    Some(fitting.collect())
}

/// Whether two nodes name the same API.
fn same(one: &Node, other: &Node) -> bool {
    let name = |node: &Node| match &node.kind {
        Kind::Tagged(tag, inner) if tag == "Ref" => inner.as_str().map(str::to_owned),
        Kind::Map(_) => node
            .single()
            .filter(|(key, _)| *key == "Ref")
            .and_then(|(_, value)| value.as_str().map(str::to_owned)),
        _ => None,
    };
    match (name(one), name(other)) {
        (Some(one), Some(other)) => one == other,
        _ => one.same(other),
    }
}

/// How a route asks an authorizer of a type.
fn word_for(type_: &str) -> Option<&'static str> {
    match type_ {
        "COGNITO_USER_POOLS" => Some("COGNITO_USER_POOLS"),
        "TOKEN" | "REQUEST" => Some("CUSTOM"),
        "JWT" => Some("JWT"),
        _ => None,
    }
}

fn reference(name: &str) -> Node {
    let place = Place::default();
    Node::new(place, Kind::Tagged("Ref".into(), Box::new(Node::text(place, name))))
}

/// `authorizer` of an event of the Serverless Framework.
fn of_service_event(tree: &Tree<'_>, at: &[Step]) -> Option<Vec<Named>> {
    let events = at.get(..3)?.iter().filter_map(key_of).collect::<Vec<_>>();
    let Some(Step::Index(index)) = at.get(3) else { return None };
    let event = tree.document.at(&events)?.as_list()?.get(*index)?;
    let (kind, settings) = event.single()?;
    settings.as_map()?;
    if kind == "httpApi" {
        let map = tree.document.at(&["provider", "httpApi", "authorizers"])?.as_map()?;
        let named = |name: &SmolStr| Named {
            name: name.to_string(),
            changes: vec![change(
                at,
                &["httpApi", "authorizer", "name"],
                Literal::Text(name.clone()),
            )],
        };
        return Some(map.keys().map(named).collect());
    }
    if kind != "http" {
        return None;
    }
    let mut found: Vec<Node> = Vec::new();
    for one in authorizers_of_events(tree.document) {
        if !found.iter().any(|it| it.same(one)) {
            found.push(one.clone());
        }
    }
    let of_resources = tree.of_type("AWS::ApiGateway::Authorizer").into_iter();
    for (_, name, node) in of_resources {
        let is_of_service = node
            .at(&["Properties", "RestApiId"])
            .is_some_and(|it| refers_to(it, "ApiGatewayRestApi"));
        let word = node.at(&["Properties", "Type"]).and_then(Node::as_str);
        let Some(type_) = word.and_then(word_for).filter(|_| is_of_service) else { continue };
        let place = Place::default();
        let pairs = [("type", Node::text(place, type_)), ("authorizerId", reference(name))];
        let one = Node::map(place, pairs);
        let is_known = |it: &Node| it.get("authorizerId").is_some_and(|it| refers_to(it, name));
        if !found.iter().any(is_known) {
            found.push(one);
        }
    }
    let named = |node: Node| Named {
        name: match node.as_str() {
            Some(name) => name.to_owned(),
            None => source_text::to_json_compact(&node),
        },
        changes: vec![change(at, &["http", "authorizer"], literal(node))],
    };
    Some(found.into_iter().map(named).collect())
}

fn literal(node: Node) -> Literal {
    match node.as_str() {
        Some(text) => Literal::Text(text.into()),
        None => Literal::Tree(node),
    }
}

/// What `http` events of a service say of their authorizers.
fn authorizers_of_events(document: &Node) -> impl Iterator<Item = &Node> {
    let functions = document.get("functions").and_then(Node::as_map);
    let functions = functions.into_iter().flat_map(source_text::Map::values);
    let events = functions.filter_map(|it| it.get("events")?.as_list()).flatten();
    let all = events.filter_map(|event| event.at(&["http", "authorizer"]));
    // A signature of AWS is no authorizer.
    all.filter(|it| it.as_str().is_none_or(|word| !word.eq_ignore_ascii_case("aws_iam")))
}

fn change(base: &[Step], inner: &[&str], value: Literal) -> Change {
    let inner = inner.iter().map(|key| Step::from(*key));
    Change { path: base.iter().cloned().chain(inner).collect(), value }
}

fn key_of(step: &Step) -> Option<&str> {
    match step {
        Step::Key(key) => Some(key),
        Step::Index(_) => None,
    }
}

fn in_module(module: &Module) -> Option<Vec<Named>> {
    let (kind, name) = module.at.as_ref()?;
    let (kind, name) = (kind.as_str(), name.as_str());
    let (authorizer, api, type_, default, how) = match kind {
        "aws_api_gateway_method" => {
            ("aws_api_gateway_authorizer", "rest_api_id", "type", "\"TOKEN\"", "authorization")
        }
        "aws_apigatewayv2_route" => {
            ("aws_apigatewayv2_authorizer", "api_id", "authorizer_type", "", "authorization_type")
        }
        _ => return None,
    };
    let route = module.own.iter().find(|it| it.kind == kind && it.name == name)?;
    let own_api = route.argument(api)?;
    let base = ["resource", kind, name].map(Step::from);
    let fitting = module.of_type(authorizer).filter(|it| fits(it, api, own_api));
    let named = fitting.filter_map(|it| {
        let word = it.argument(type_).unwrap_or(default).trim_matches('"');
        let id = format!("{authorizer}.{}.id", it.name);
        Some(Named {
            changes: vec![
                change(&base, &[how], Literal::Text(word_for(word)?.into())),
                change(&base, &["authorizer_id"], Literal::Expression(id.clone().into())),
            ],
            name: id,
        })
    });
    Some(named.collect())
}

/// Whether there is always one authorizer, for the API.
fn fits(authorizer: &HclResource, argument: &str, api: &str) -> bool {
    !authorizer.is_repeated() && authorizer.argument(argument) == Some(api)
}

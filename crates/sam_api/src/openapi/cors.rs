//! CORS of REST APIs: an `OPTIONS` method that answers with the headers.

use source_text::{Diagnostic, Kind, Map, Node, Place, SmolStr};

use super::INTEGRATION;
use super::document::{ANY_METHOD, path_items_mut, truthy};

/// The verbs that `ANY` stands for, sorted.
const ALL_VERBS: &str = "DELETE,GET,HEAD,OPTIONS,PATCH,POST,PUT";

/// What the `Cors` property of a REST API says. Values are quoted texts or intrinsic functions.
#[derive(Debug)]
pub(crate) struct RestCors {
    /// Allowed origins; `'*'` when only other properties are given.
    pub(crate) origin: Node,
    /// Allowed headers.
    pub(crate) headers: Option<Node>,
    /// Allowed methods; read off the path when absent.
    pub(crate) methods: Option<Node>,
    /// Seconds for which a browser may keep the answer.
    pub(crate) max_age: Option<Node>,
    /// Whether credentials are allowed.
    pub(crate) credentials: bool,
    /// Where the property is written.
    pub(crate) place: Place,
}

/// Adds the `OPTIONS` method to one path where it is not yet there.
pub(crate) fn add_rest_cors(
    definition: &mut Node,
    path: &str,
    cors: &RestCors,
) -> Result<(), Diagnostic> {
    let mut methods = cors.methods.clone().filter(truthy);
    for item in path_items_mut(definition, path)? {
        if item.contains("options") {
            continue;
        }
        if !truthy(&cors.origin) {
            return Err(Diagnostic::error(cors.place, "`Cors` needs an `AllowOrigin`"));
        }
        // The list of the first branch serves the second one too, as AWS does it.
        let allowed = methods
            .get_or_insert_with(|| Node::text(cors.place, format!("'{}'", verbs_of(item))))
            .clone();
        item.insert("options", preflight(cors, &allowed));
    }
    Ok(())
}

/// The methods of a path item, upper case, sorted, with commas, and `OPTIONS`.
fn verbs_of(item: &Map) -> String {
    if item.contains(ANY_METHOD) {
        return ALL_VERBS.to_owned();
    }
    let mut verbs: Vec<String> = item.keys().map(|key| key.to_uppercase()).collect();
    verbs.push("OPTIONS".to_owned());
    verbs.sort();
    verbs.dedup();
    verbs.join(",")
}

fn preflight(cors: &RestCors, methods: &Node) -> Node {
    let place = cors.place;
    let text = |value: &str| Node::text(place, value);
    let typed = |kind: &str| Node::map(place, [("type", text(kind))]);
    let mut parameters = Map::new();
    let mut headers = Map::new();
    let mut set = |name: &'static str, value: Node, kind: &str| {
        parameters.insert(SmolStr::from(format!("method.response.header.{name}")), value);
        headers.insert(name, typed(kind));
    };
    set("Access-Control-Allow-Origin", cors.origin.clone(), "string");
    if let Some(value) = cors.headers.clone().filter(truthy) {
        set("Access-Control-Allow-Headers", value, "string");
    }
    if truthy(methods) {
        set("Access-Control-Allow-Methods", methods.clone(), "string");
    }
    if let Some(value) = &cors.max_age {
        set("Access-Control-Max-Age", value.clone(), "integer");
    }
    if cors.credentials {
        set("Access-Control-Allow-Credentials", text("'true'"), "string");
    }
    let json = |value: &str| Node::map(place, [("application/json", text(value))]);
    let answer = Node::map(
        place,
        [
            ("statusCode", text("200")),
            ("responseParameters", Node::new(place, Kind::Map(parameters))),
            ("responseTemplates", json("{}\n")),
        ],
    );
    let integration = Node::map(
        place,
        [
            ("type", text("mock")),
            ("requestTemplates", json("{\n  \"statusCode\" : 200\n}\n")),
            ("responses", Node::map(place, [("default", answer)])),
        ],
    );
    let response = Node::map(
        place,
        [
            ("description", text("Default response for CORS method")),
            ("headers", Node::new(place, Kind::Map(headers))),
        ],
    );
    let media = || Node::list(place, vec![text("application/json")]);
    Node::map(
        place,
        [
            ("summary", text("CORS support")),
            ("consumes", media()),
            ("produces", media()),
            (INTEGRATION, integration),
            ("responses", Node::map(place, [("200", response)])),
        ],
    )
}

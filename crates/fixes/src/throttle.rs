//! A limit on the requests that an API takes, at its stages.

use finding::Finding;
use source_edit::{HclResource, Literal, Step};
use source_text::{Node, Place};

use crate::{
    Change, Why,
    fix::Derived,
    written::{Module, Tree, Written, refers_to},
};

/// Requests a second in the long run, and at once.
const LIMITS: [(&str, &str, i64); 2] = [
    ("ThrottlingRateLimit", "throttling_rate_limit", 100),
    ("ThrottlingBurstLimit", "throttling_burst_limit", 200),
];

pub(crate) const THROTTLE: Derived = Derived {
    words: &[
        "Serverless::Api, ApiGateway::Stage, `StageDescription` of ApiGateway::Deployment: \
         `ThrottlingRateLimit: 100`, `ThrottlingBurstLimit: 200` for `*` of `/*` in `MethodSettings`",
        "Serverless::HttpApi, ApiGatewayV2::Stage: the same in `DefaultRouteSettings`",
        "Terraform: the same in `settings` of an `aws_api_gateway_method_settings` for `*/*`, a new one if \
         there is none, and in `default_route_settings`",
    ],
    changes,
};

fn changes(finding: &Finding, written: &Written<'_>) -> Result<Vec<Vec<Change>>, Why> {
    let api = finding.resource.as_deref().ok_or(Why::NotWritten)?;
    let changes = match written {
        Written::Tree(tree) => in_tree(tree, api),
        Written::Module(module) => in_module(module, api),
    };
    if changes.is_empty() { Err(Why::NotWritten) } else { Ok(vec![changes]) }
}

fn in_tree(tree: &Tree<'_>, api: &str) -> Vec<Change> {
    let globals = |section: &str| vec![Step::from("Globals"), Step::from(section)];
    let Some((base, resource)) = tree.resource(api) else {
        return match api {
            "ServerlessRestApi" => of_methods(tree.document, &globals("Api")),
            "ServerlessHttpApi" => of_routes(&globals("HttpApi")),
            _ => Vec::new(),
        };
    };
    let stages = |type_: &str, key: &str| -> Vec<Vec<Step>> {
        let stages = tree.of_type(type_).into_iter();
        stages
            .filter(|(_, _, node)| {
                node.at(&["Properties", key]).is_some_and(|it| refers_to(it, api))
            })
            .map(|(steps, _, _)| steps)
            .collect()
    };
    match resource.get("Type").and_then(Node::as_str) {
        Some("AWS::Serverless::Api") => of_methods(tree.document, &base),
        Some("AWS::Serverless::HttpApi") => of_routes(&base),
        Some("AWS::ApiGateway::RestApi") => {
            let mut bases = stages("AWS::ApiGateway::Stage", "RestApiId");
            for steps in stages("AWS::ApiGateway::Deployment", "RestApiId") {
                // A deployment that names a stage makes it.
                if node_at(tree.document, &steps).is_some_and(|it| it.get("StageName").is_some()) {
                    bases.push(steps.into_iter().chain([Step::from("StageDescription")]).collect());
                }
            }
            bases.iter().flat_map(|base| of_methods(tree.document, base)).collect()
        }
        Some("AWS::ApiGatewayV2::Api") => {
            let bases = stages("AWS::ApiGatewayV2::Stage", "ApiId");
            bases.iter().flat_map(|base| of_routes(base)).collect()
        }
        _ => Vec::new(),
    }
}

fn node_at<'n>(document: &'n Node, steps: &[Step]) -> Option<&'n Node> {
    steps.iter().try_fold(document, |node, step| match step {
        Step::Key(key) => node.get(key),
        Step::Index(index) => node.as_list()?.get(*index),
    })
}

/// Limits for all methods: in the entry that speaks of all, or in a new one.
fn of_methods(document: &Node, base: &[Step]) -> Vec<Change> {
    let list: Vec<Step> = base.iter().cloned().chain([Step::from("MethodSettings")]).collect();
    let items = node_at(document, &list).and_then(Node::as_list).unwrap_or_default();
    let says = |item: &Node, key: &str, word: &str| {
        item.get(key).and_then(Node::as_str).is_some_and(|it| it == word)
    };
    let of_all = items
        .iter()
        .position(|item| says(item, "HttpMethod", "*") && says(item, "ResourcePath", "/*"));
    let place = Place::default();
    if let Some(index) = of_all {
        let base: Vec<Step> = list.into_iter().chain([Step::Index(index)]).collect();
        return limits(&base);
    }
    let text = |key: &'static str, word: &str| (key, Node::text(place, word));
    let numbers = LIMITS.map(|(key, _, number)| (key, Node::integer(place, number)));
    let words = [text("HttpMethod", "*"), text("ResourcePath", "/*")];
    let entry = Node::map(place, words.into_iter().chain(numbers));
    if items.is_empty() {
        return vec![Change { path: list, value: Literal::Tree(Node::list(place, vec![entry])) }];
    }
    let path = list.into_iter().chain([Step::Index(items.len())]).collect();
    vec![Change { path, value: Literal::Tree(entry) }]
}

fn of_routes(base: &[Step]) -> Vec<Change> {
    let base: Vec<Step> =
        base.iter().cloned().chain([Step::from("DefaultRouteSettings")]).collect();
    limits(&base)
}

fn limits(base: &[Step]) -> Vec<Change> {
    let change = |(key, _, number): (&str, &str, i64)| Change {
        path: base.iter().cloned().chain([Step::from(key)]).collect(),
        value: Literal::Integer(number),
    };
    LIMITS.into_iter().map(change).collect()
}

fn in_module(module: &Module, api: &str) -> Vec<Change> {
    let mut parts = api.rsplit('.');
    let (Some(name), Some(kind)) = (parts.next(), parts.next()) else { return Vec::new() };
    let is_of = |resource: &&HclResource, argument: &str| {
        resource.argument(argument) == Some(format!("{kind}.{name}.id").as_str())
    };
    let own = |kind: &'static str, argument: &'static str| {
        let own = module.own.iter().filter(move |it| it.kind == kind);
        own.filter(move |it| is_of(it, argument))
    };
    match kind {
        "aws_apigatewayv2_api" => own("aws_apigatewayv2_stage", "api_id")
            .flat_map(|stage| limits_in(stage, "default_route_settings"))
            .collect(),
        "aws_api_gateway_rest_api" => own("aws_api_gateway_stage", "rest_api_id")
            .flat_map(|stage| of_stage(module, stage))
            .collect(),
        _ => Vec::new(),
    }
}

fn limits_in(resource: &HclResource, block: &str) -> Vec<Change> {
    let base = [Step::from("resource"), Step::from(resource.kind.as_str())];
    let base = base.into_iter().chain([Step::from(resource.name.as_str()), Step::from(block)]);
    let base: Vec<Step> = base.collect();
    let change = |(_, key, number): (&str, &str, i64)| Change {
        path: base.iter().cloned().chain([Step::from(key)]).collect(),
        value: Literal::Integer(number),
    };
    LIMITS.into_iter().map(change).collect()
}

/// Limits for all methods of a stage: in the settings of all, or in new ones.
fn of_stage(module: &Module, stage: &HclResource) -> Vec<Change> {
    const SETTINGS: &str = "aws_api_gateway_method_settings";
    let Some(api) = stage.argument("rest_api_id").filter(|_| !stage.is_repeated()) else {
        return Vec::new();
    };
    let reference = format!("aws_api_gateway_stage.{}.stage_name", stage.name);
    let of_all = |it: &&HclResource| {
        let of_stage = it.argument("stage_name");
        it.argument("rest_api_id") == Some(api)
            && (of_stage == Some(&reference) || of_stage == stage.argument("stage_name"))
            && it.argument("method_path") == Some("\"*/*\"")
    };
    if let Some(known) = module.of_type(SETTINGS).find(of_all) {
        let is_own = module.own.iter().any(|it| it == known);
        return if is_own { limits_in(known, "settings") } else { Vec::new() };
    }
    if module.of_type(SETTINGS).any(|it| it.name == stage.name) {
        return Vec::new();
    }
    let numbers = LIMITS.map(|(_, key, number)| format!("  {key:22} = {number}\n")).concat();
    let lines = format!(
        "rest_api_id = {api}\nstage_name  = {reference}\nmethod_path = \"*/*\"\n\n\
         settings {{\n{numbers}}}"
    );
    let path = [Step::from("resource"), Step::from(SETTINGS), Step::from(stage.name.as_str())];
    vec![Change { path: path.to_vec(), value: Literal::Block(lines.into()) }]
}

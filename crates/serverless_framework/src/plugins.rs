//! What plugins make of their sections: state machines, `GraphQL` APIs.
//!
//! Sources: documentation of `serverless-step-functions` and of `serverless-appsync-plugin` (read
//! 2026-11-27).

use source_text::{Kind, Map, Node, Place, SmolStr};

use crate::{
    functions::Function,
    names,
    place_text::{Here, capitalised, copy, is_on, items, map_of},
    service::Service,
    template::Template,
};

/// Trees nested deeper than this stay as they are.
const DEPTH: usize = 64;

/// Adds what the sections of plugins make; what is not looked at in them is told.
pub(crate) fn add(service: &Service, functions: &[Function], template: &mut Template) {
    let machines = map_of(service.top(&["stepFunctions", "stateMachines"]));
    for (name, entry) in machines.into_iter().flat_map(Map::entries) {
        machine(name, entry.key_place, &entry.value, functions, template);
    }
    let apis = service.top(&["appSync"]);
    for (at, node) in items(apis).into_iter().filter(|node| node.as_map().is_some()).enumerate() {
        let id = if at == 0 { "GraphQlApi".to_owned() } else { format!("GraphQlApi{}", at + 1) };
        graphql(&id, node, functions, template);
    }
}

/// A state machine of `serverless-step-functions`.
fn machine(
    name: &SmolStr,
    place: Place,
    node: &Node,
    functions: &[Function],
    template: &mut Template,
) {
    if node.as_map().is_none() {
        let message = format!("the state machine `{name}` is not a mapping; it is not looked at");
        template.error(place, message);
        return;
    }
    let id = node.get("id").and_then(Node::scalar_text).map_or_else(
        || format!("{}StepFunctionsStateMachine", names::normalised(name)),
        |id| id.to_string(),
    );
    let mut properties = Map::new();
    copy(
        node,
        &mut properties,
        &[("name", "StateMachineName"), ("type", "StateMachineType"), ("role", "RoleArn")],
    );
    if let Some(definition) = node.get("definition") {
        let value = with_ids(definition, functions, DEPTH);
        let is_text = value.as_str().is_some();
        properties.insert(if is_text { "DefinitionString" } else { "Definition" }, value);
    }
    if let Some(logs) = node.get("loggingConfig") {
        properties.insert("LoggingConfiguration", logging(logs));
    }
    for (from, to) in
        [("tracingConfig", "TracingConfiguration"), ("encryptionConfig", "EncryptionConfiguration")]
    {
        if let Some(node) = node.get(from) {
            properties.insert(to, capitalised(node, DEPTH));
        }
    }
    if is_on(node.get("events")) {
        let message = format!("what starts the state machine `{name}` is not looked at");
        template.warning(place, message);
    }
    template.add(id, place, "AWS::StepFunctions::StateMachine", properties, name);
}

/// The destinations of logs are names of groups, which CloudFormation wraps.
fn logging(node: &Node) -> Node {
    let mut map = Map::new();
    copy(node, &mut map, &[("level", "Level"), ("includeExecutionData", "IncludeExecutionData")]);
    if let Some(destinations) = node.get("destinations") {
        let wrapped = items(Some(destinations)).into_iter().map(|arn| {
            let group = Node::map(arn.place, [("LogGroupArn", arn.clone())]);
            Node::map(arn.place, [("CloudWatchLogsLogGroup", group)])
        });
        map.insert("Destinations", Node::list(destinations.place, wrapped.collect()));
    }
    Node::new(node.place, Kind::Map(map))
}

/// The same tree where functions of the service, which the plugin lets be named by their keys, have
/// their logical ids.
fn with_ids(node: &Node, functions: &[Function], depth: usize) -> Node {
    let id_of = |name: &Node| {
        let function = functions.iter().find(|it| name.as_str() == Some(it.name.as_str()))?;
        Some(Node::text(name.place, function.id.as_str()))
    };
    if depth == 0 {
        return node.clone();
    }
    let kind = match (&node.kind, node.single()) {
        (_, Some((key, value))) if key == "Ref" => {
            let value = id_of(value).unwrap_or_else(|| value.clone());
            return Node::map(node.place, [("Ref", value)]);
        }
        (_, Some((key, value))) if key == "Fn::GetAtt" => {
            let parts =
                value.as_list().unwrap_or_default().iter().enumerate().map(|(at, part)| {
                    id_of(part).filter(|_| at == 0).unwrap_or_else(|| part.clone())
                });
            let parts = Node::list(value.place, parts.collect());
            return Node::map(node.place, [("Fn::GetAtt", parts)]);
        }
        (Kind::List(items), _) => {
            Kind::List(items.iter().map(|it| with_ids(it, functions, depth - 1)).collect())
        }
        (Kind::Map(map), _) => {
            let mut out = Map::new();
            for (key, entry) in map.entries() {
                let value = with_ids(&entry.value, functions, depth - 1);
                out.insert_at(key.clone(), entry.key_place, value);
            }
            Kind::Map(out)
        }
        (other, _) => other.clone(),
    };
    Node::new(node.place, kind)
}

/// Settings of the plugin, and how CloudFormation spells them.
type Words = &'static [(&'static str, &'static str)];

/// Kinds of authentication, where their settings go, and how CloudFormation spells them.
const PROOFS: [(&str, &str, Words); 3] = [
    (
        "AMAZON_COGNITO_USER_POOLS",
        "UserPoolConfig",
        &[
            ("userPoolId", "UserPoolId"),
            ("awsRegion", "AwsRegion"),
            ("defaultAction", "DefaultAction"),
        ],
    ),
    (
        "OPENID_CONNECT",
        "OpenIDConnectConfig",
        &[
            ("issuer", "Issuer"),
            ("clientId", "ClientId"),
            ("iatTTL", "IatTTL"),
            ("authTTL", "AuthTTL"),
        ],
    ),
    (
        "AWS_LAMBDA",
        "LambdaAuthorizerConfig",
        &[
            ("functionArn", "AuthorizerUri"),
            ("identityValidationExpression", "IdentityValidationExpression"),
            ("authorizerResultTtlInSeconds", "AuthorizerResultTtlInSeconds"),
        ],
    ),
];

/// An interface of `serverless-appsync-plugin`.
fn graphql(id: &str, node: &Node, functions: &[Function], template: &mut Template) {
    let place = node.place;
    let mut properties = Map::new();
    copy(
        node,
        &mut properties,
        &[
            ("name", "Name"),
            // The first version of the plugin.
            ("authenticationType", "AuthenticationType"),
            ("xrayEnabled", "XrayEnabled"),
            ("queryDepthLimit", "QueryDepthLimit"),
            ("resolverCountLimit", "ResolverCountLimit"),
            ("visibility", "Visibility"),
        ],
    );
    if let Some(proof) = node.get("authentication") {
        authentication(proof, functions, &mut properties);
    }
    let more = node.get("additionalAuthentications");
    let more = more.or_else(|| node.get("additionalAuthenticationProviders"));
    if let Some(list) = more {
        let providers = items(Some(list)).into_iter().map(|proof| {
            let mut map = Map::new();
            authentication(proof, functions, &mut map);
            Node::new(proof.place, Kind::Map(map))
        });
        let providers = Node::list(list.place, providers.collect());
        properties.insert("AdditionalAuthenticationProviders", providers);
    }
    if let Some(switch) = node.get("introspection") {
        let word = if switch.as_bool() == Some(false) { "DISABLED" } else { "ENABLED" };
        properties.insert("IntrospectionConfig", Node::text(switch.place, word));
    }
    if let Some(logs) = node.get("logging").or_else(|| node.get("logConfig"))
        && node.at(&["logging", "enabled"]).is_none_or(|on| on.as_bool() != Some(false))
    {
        let mut map = Map::new();
        copy(
            logs,
            &mut map,
            &[
                ("level", "FieldLogLevel"),
                ("roleArn", "CloudWatchLogsRoleArn"),
                ("loggingRoleArn", "CloudWatchLogsRoleArn"),
                ("excludeVerboseContent", "ExcludeVerboseContent"),
            ],
        );
        properties.insert("LogConfig", Node::new(logs.place, Kind::Map(map)));
    }
    template.add(id, place, "AWS::AppSync::GraphQLApi", properties, "appSync");
    sources(id, node, functions, template);
}

/// How callers prove who they are: `{type, config}`.
fn authentication(node: &Node, functions: &[Function], properties: &mut Map) {
    copy(
        node,
        properties,
        &[("type", "AuthenticationType"), ("authenticationType", "AuthenticationType")],
    );
    let kind = node.get("type").and_then(Node::as_str).unwrap_or_default();
    let Some((_, property, words)) = PROOFS.iter().find(|(known, ..)| *known == kind) else {
        return;
    };
    let Some(config) = node.get("config") else { return };
    let mut map = Map::new();
    copy(config, &mut map, words);
    if let Some(function) = config.get("function")
        && let Some(id) = id_of_function(function, functions)
    {
        map.insert("AuthorizerUri", Here(function.place).get_att(id, "Arn"));
    }
    properties.insert(*property, Node::new(config.place, Kind::Map(map)));
}

fn id_of_function(node: &Node, functions: &[Function]) -> Option<String> {
    let name = node.as_str()?;
    functions.iter().find(|it| it.name == name).map(|it| it.id.clone())
}

/// Sources of data, and the resolvers that lead to them.
fn sources(api: &str, node: &Node, functions: &[Function], template: &mut Template) {
    let here = |place: Place| Here(place).get_att(api, "ApiId");
    let by_name = items(node.get("dataSources")).into_iter().filter_map(Node::as_map);
    for (name, entry) in by_name.flat_map(Map::entries) {
        let source = &entry.value;
        let mut properties = Map::new();
        properties.insert("ApiId", here(source.place));
        properties.insert("Name", Node::text(entry.key_place, name.clone()));
        copy(source, &mut properties, &[("type", "Type")]);
        let function = source
            .at(&["config", "function"])
            .and_then(|it| Some(Here(it.place).get_att(id_of_function(it, functions)?, "Arn")));
        let arn = function.or_else(|| source.at(&["config", "functionArn"]).cloned());
        if let Some(arn) = arn {
            let config = Node::map(arn.place, [("LambdaFunctionArn", arn)]);
            properties.insert("LambdaConfig", config);
        }
        let id = format!("GraphQlDs{}", names::alphanumeric(name));
        template.add(id, entry.key_place, "AWS::AppSync::DataSource", properties, name);
    }
    let by_field = items(node.get("resolvers")).into_iter().filter_map(Node::as_map);
    for (field, entry) in by_field.flat_map(Map::entries) {
        let Some((type_name, field_name)) = field.split_once('.') else { continue };
        let place = entry.key_place;
        let mut properties = Map::new();
        properties.insert("ApiId", here(place));
        properties.insert("TypeName", Node::text(place, type_name));
        properties.insert("FieldName", Node::text(place, field_name));
        let source = entry.value.get("dataSource").unwrap_or(&entry.value);
        if let Some(name) = source.as_str() {
            let source = format!("GraphQlDs{}", names::alphanumeric(name));
            properties.insert("DataSourceName", Here(entry.value.place).get_att(source, "Name"));
        }
        let id = format!("GraphQlResolver{}", names::alphanumeric(field));
        template.add(id, place, "AWS::AppSync::Resolver", properties, field);
    }
    if ["schema", "resolvers", "pipelineFunctions", "mappingTemplates", "functionConfigurations"]
        .iter()
        .any(|key| is_on(node.get(key)))
    {
        let message = "the schema and the templates of resolvers of the plugin \
                       `serverless-appsync-plugin` are not looked at";
        template.warning(node.place, message);
    }
}

/// The same tree where `#{AWS::Region}`, as `serverless-pseudo-parameters` has it, is what it stands
/// for.
pub(crate) fn with_pseudo_parameters(node: Node, depth: usize) -> Node {
    pseudo(node, depth, false)
}

fn pseudo(node: Node, depth: usize, in_sub: bool) -> Node {
    if depth == 0 {
        return node;
    }
    let place = node.place;
    let kind = match node.kind {
        Kind::Text(text) if text.contains("#{") => match replaced(&text, in_sub) {
            Some(words) if in_sub => Kind::Text(words.into()),
            Some(words) => return Here(place).sub(words),
            None => Kind::Text(text),
        },
        Kind::List(items) => {
            Kind::List(items.into_iter().map(|item| pseudo(item, depth - 1, in_sub)).collect())
        }
        Kind::Map(map) => {
            let mut out = Map::new();
            for (key, entry) in map.into_entries() {
                let in_sub = key == "Fn::Sub";
                out.insert_at(key, entry.key_place, pseudo(entry.value, depth - 1, in_sub));
            }
            Kind::Map(out)
        }
        Kind::Tagged(tag, inner) => Kind::Tagged(tag, Box::new(pseudo(*inner, depth - 1, in_sub))),
        other => other,
    };
    Node::new(place, kind)
}

/// The text with `${NAME}` for each `#{NAME}`; `None` when it has none.
fn replaced(text: &str, in_sub: bool) -> Option<String> {
    let mut words = String::with_capacity(text.len() + 8);
    let mut rest = text;
    let mut is_changed = false;
    let plain = |piece: &str| {
        if in_sub { piece.to_owned() } else { crate::place_text::escaped(piece) }
    };
    while let Some((before, after)) = rest.split_once("#{") {
        words.push_str(&plain(before));
        let is_name = |name: &&str| {
            !name.is_empty()
                && name.chars().all(|it| it.is_ascii_alphanumeric() || ":.".contains(it))
        };
        if let Some((name, behind)) = after.split_once('}').filter(|(name, _)| is_name(name)) {
            words.extend(["${", name, "}"]);
            is_changed = true;
            rest = behind;
        } else {
            words.push_str("#{");
            rest = after;
        }
    }
    words.push_str(&plain(rest));
    is_changed.then_some(words)
}

#[cfg(test)]
mod tests {
    use super::replaced;

    #[test]
    fn pseudo_parameters_of_the_plugin_are_those_of_cloudformation() {
        let arn = "arn:aws:sqs:#{AWS::Region}:#{AWS::AccountId}:orders";
        let made = "arn:aws:sqs:${AWS::Region}:${AWS::AccountId}:orders";
        assert_eq!(replaced(arn, false).as_deref(), Some(made));
        assert_eq!(replaced("a #{b c} ${d}", false), None);
        assert_eq!(replaced("${a}#{b.Arn}", true).as_deref(), Some("${a}${b.Arn}"));
        assert_eq!(replaced("${a}#{b.Arn}", false).as_deref(), Some("${!a}${b.Arn}"));
    }
}

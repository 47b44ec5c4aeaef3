//! Where a GraphQL API reads and writes: tables and functions, and the roles to reach them.

use sam_core::context::Context;
use sam_core::intrinsic::{Here, is_falsy};
use sam_core::property::{Property, Shape, optional, passed, required};
use sam_core::resource::{Expansion, Resource};
use sam_core::role::trust;
use source_text::{Diagnostic, Kind, Map, Node, SmolStr};

use super::{Api, connect};
use crate::Connectors;

const KINDS: [Property; 2] = [
    optional("DynamoDb", Shape::MapOfMap).literal(),
    optional("Lambda", Shape::MapOfMap).literal(),
];

const TABLE: [Property; 10] = [
    required("TableName", Shape::Any),
    passed("ServiceRoleArn"),
    passed("TableArn"),
    optional("Permissions", Shape::List).literal(),
    passed("Name"),
    passed("Description"),
    passed("Region"),
    optional("DeltaSync", Shape::Map).literal(),
    passed("UseCallerCredentials"),
    passed("Versioned"),
];

const FUNCTION: [Property; 4] = [
    required("FunctionArn", Shape::Any),
    passed("ServiceRoleArn"),
    passed("Name"),
    passed("Description"),
];

/// The property, unless it is absent or empty.
fn truthy<'n>(given: &'n Map, name: &str) -> Option<&'n Node> {
    given.get(name).filter(|node| !is_falsy(node))
}

impl Api<'_> {
    /// The data sources with their roles and policies.
    pub(super) fn data_sources(
        &mut self,
        context: &mut Context<'_>,
        connectors: &mut Connectors,
    ) -> Expansion {
        let Some(kinds) = self.sam.truthy("DataSources") else { return Ok(Vec::new()) };
        let kinds = self.check("`DataSources`", kinds, &KINDS)?;
        let mut resources = Vec::new();
        let sources = |kind: &str| kinds.get(kind).and_then(Node::as_map).into_iter();
        for (name, node) in sources("DynamoDb").flat_map(Map::iter) {
            resources.extend(self.table(context, connectors, name, node)?);
        }
        for (name, node) in sources("Lambda").flat_map(Map::iter) {
            resources.extend(self.lambda(context, connectors, name, node)?);
        }
        Ok(resources)
    }

    /// A data source of which only the type's own configuration is missing.
    fn data_source(
        &mut self,
        name: &SmolStr,
        (kind, type_): (&str, &str),
        given: &Map,
        here: Here,
    ) -> Resource {
        let suffix = format!("{name}{kind}DataSource");
        let mut source = self.part(&suffix, "AWS::AppSync::DataSource", here);
        let given_name = truthy(given, "Name").cloned();
        source.set("Name", given_name.unwrap_or_else(|| here.text(name.clone())));
        source.set("Type", here.text(type_));
        source.set_some("Description", given.get("Description"));
        self.data_sources.insert(name.clone(), source.get_att("Name"));
        source
    }

    fn table(
        &mut self,
        context: &mut Context<'_>,
        connectors: &mut Connectors,
        name: &SmolStr,
        node: &Node,
    ) -> Expansion {
        let here = Here(node.place);
        let given = self.check(&format!("data source `{name}`"), node, &TABLE)?;
        let mut source = self.data_source(name, ("DynamoDB", "AMAZON_DYNAMODB"), given, here);
        let region = truthy(given, "Region").cloned();
        let region = region.unwrap_or_else(|| here.reference("AWS::Region"));
        let table = given.get("TableName").cloned().unwrap_or_else(|| Node::null(here.0));
        let mut config = Map::new();
        config.insert("AwsRegion", region.clone());
        config.insert("TableName", table.clone());
        for (from, to) in [
            ("UseCallerCredentials", "UseCallerCredentials"),
            ("Versioned", "Versioned"),
            ("DeltaSync", "DeltaSyncConfig"),
        ] {
            if let Some(value) = truthy(given, from) {
                config.insert(to, value.clone());
            }
        }
        source.set("DynamoDBConfig", Node::new(here.0, Kind::Map(config)));
        let arn = truthy(given, "TableArn").cloned().unwrap_or_else(|| {
            let arn = "arn:${AWS::Partition}:dynamodb:${__Region__}:${AWS::AccountId}:table/${__TableName__}";
            here.sub_with(arn, [("__TableName__", table), ("__Region__", region)])
        });
        let target = here.map([("Type", here.text("AWS::DynamoDB::Table")), ("Arn", arn)]);
        let permissions = truthy(given, "Permissions").cloned();
        let permissions = permissions.unwrap_or_else(|| here.texts(["Read", "Write"]));
        self.finish(context, connectors, source, given, target, permissions)
    }

    fn lambda(
        &mut self,
        context: &mut Context<'_>,
        connectors: &mut Connectors,
        name: &SmolStr,
        node: &Node,
    ) -> Expansion {
        let here = Here(node.place);
        let given = self.check(&format!("data source `{name}`"), node, &FUNCTION)?;
        let mut source = self.data_source(name, ("Lambda", "AWS_LAMBDA"), given, here);
        let function = given.get("FunctionArn").cloned().unwrap_or_else(|| Node::null(here.0));
        let config = here.map([("LambdaFunctionArn", function.clone())]);
        source.set("LambdaConfig", config);
        let target = here.map([("Type", here.text("AWS::Lambda::Function")), ("Arn", function)]);
        self.finish(context, connectors, source, given, target, here.texts(["Write"]))
    }

    /// Sets the role of the data source; without one, makes it and its policy for `target`.
    fn finish(
        &self,
        context: &mut Context<'_>,
        connectors: &mut Connectors,
        mut source: Resource,
        given: &Map,
        target: Node,
        permissions: Node,
    ) -> Expansion {
        if let Some(role) = truthy(given, "ServiceRoleArn") {
            source.set("ServiceRoleArn", role.clone());
            return Ok(vec![source]);
        }
        let here = source.here();
        let mut role = self.sam.main(format!("{}Role", source.id), "AWS::IAM::Role");
        role.place = here.0;
        role.set("AssumeRolePolicyDocument", trust(here, "appsync.amazonaws.com"));
        source.set("ServiceRoleArn", role.get_att("Arn"));
        let from = here.map([
            ("Type", here.text("AWS::AppSync::DataSource")),
            ("Arn", source.get_att("DataSourceArn")),
            ("RoleName", role.reference()),
        ]);
        let is_table = source.properties.contains("DynamoDBConfig");
        let word = if is_table { "Table" } else { "Lambda" };
        let id = format!("{}To{word}Connector", source.id);
        let policies = connect(context, connectors, id, from, target, permissions)?;
        Ok([source, role].into_iter().chain(policies).collect())
    }

    /// The data source of functions that need none; made once for each API.
    pub(super) fn none_data_source(&mut self, here: Here) -> Node {
        if let Some(none) = &self.none {
            return none.get_att("Name");
        }
        let mut none = self.part("NoneDataSource", "AWS::AppSync::DataSource", here);
        none.set("Name", here.text(none.id.clone()));
        none.set("Type", here.text("NONE"));
        let name = none.get_att("Name");
        self.none = Some(none);
        name
    }

    /// The name of the data source that a function asks for.
    pub(super) fn data_source_name(
        &mut self,
        function: &str,
        written: &Node,
    ) -> Result<Node, Diagnostic> {
        let Some(name) = written.as_str() else { return Ok(written.clone()) };
        if name.eq_ignore_ascii_case("none") {
            return Ok(self.none_data_source(Here(written.place)));
        }
        self.data_sources.get(name).cloned().ok_or_else(|| {
            let message = format!(
                "function `{function}` uses the data source `{name}`, which is not in \
                 `DataSources`; add it, or name one outside of this API by a function such as \
                 `Fn::GetAtt`"
            );
            self.sam.error(written.place, message)
        })
    }
}

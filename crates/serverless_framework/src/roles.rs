//! Roles: the one of all functions, those of single functions, and what the framework grants them.

use source_text::{Kind, Map, Node, Place};

use crate::{
    functions::{Function, destination_arn, tracing},
    names,
    place_text::{Here, escaped, is_on, items, sub},
    service::Service,
    template::{Template, properties},
};

/// The role that functions share.
const SHARED: &str = "IamRoleLambdaExecution";
/// Gives functions roles of their own.
const PER_FUNCTION: &str = "serverless-iam-roles-per-function";

/// Which role a function runs as.
enum Choice<'a> {
    /// One that the author names.
    Named(&'a Node),
    /// One of its own, with these statements.
    Own(Option<&'a Node>),
    /// The shared one.
    Shared,
}

fn choice<'a>(service: &'a Service, function: &'a Function) -> Choice<'a> {
    if let Some(role) = function.get("role") {
        return Choice::Named(role);
    }
    let native = function.get("iam").and_then(|node| node.at(&["role", "statements"]));
    if native.is_some() {
        return Choice::Own(native);
    }
    let own = function.get("iamRoleStatements");
    let inherits = function.get("iamRoleStatementsInherit");
    if (own.is_some() || inherits.is_some()) && service.has_plugin(PER_FUNCTION) {
        return Choice::Own(own);
    }
    let role = service.provider(&["iam", "role"]).filter(|node| {
        node.as_str().is_some() || node.single().is_some_and(|(key, _)| is_function(key))
    });
    match service.provider(&["role"]).or(role) {
        Some(role) => Choice::Named(role),
        None => Choice::Shared,
    }
}

fn is_function(key: &str) -> bool {
    key == "Ref" || key.starts_with("Fn::")
}

/// The ARN of the role of a function.
pub(crate) fn role_of(service: &Service, function: &Function) -> Node {
    match choice(service, function) {
        Choice::Named(role) => match role.as_str() {
            // A logical id of `resources:`.
            Some(name) if !name.contains(':') && !name.contains('/') => {
                Here(role.place).get_att(name, "Arn")
            }
            _ => role.clone(),
        },
        Choice::Own(_) => Here(function.place).get_att(own_id(function), "Arn"),
        Choice::Shared => Here(function.place).get_att(SHARED, "Arn"),
    }
}

fn own_id(function: &Function) -> String {
    format!("{}{SHARED}", function.normalised)
}

/// Adds the roles that the functions ask for.
pub(crate) fn add(service: &Service, functions: &[Function], template: &mut Template) {
    let mut shared = Vec::new();
    for function in functions {
        match choice(service, function) {
            Choice::Named(_) => {}
            Choice::Own(statements) => {
                own(service, function, statements, template);
            }
            Choice::Shared => shared.push(function),
        }
        ineffective(service, function, template);
    }
    if shared.is_empty() {
        return;
    }
    let (place, statements) = provider_statements(service);
    let mut role = Role::new(service, place);
    role.framework(&shared);
    role.author(statements);
    role.managed(service);
    let mut map = role.properties(&format!("{}-{}-lambda", service.name, service.stage));
    if let Some(name) = service.provider(&["iam", "role", "name"]) {
        map.insert("RoleName", name.clone());
    }
    template.add(SHARED, place, "AWS::IAM::Role", map, "provider");
}

/// Statements of a function have no effect without the plugin. They are judged all the same, as the role that
/// their author means to make; the function runs as another.
fn ineffective(service: &Service, function: &Function, template: &mut Template) {
    let Some(node) = function.get("iamRoleStatements") else { return };
    if service.has_plugin(PER_FUNCTION) {
        return;
    }
    let has_own = matches!(choice(service, function), Choice::Own(_));
    if !has_own {
        own(service, function, Some(node), template);
    }
    let message = format!(
        "`iamRoleStatements` of a function has no effect without the plugin `{PER_FUNCTION}`: the function \
         runs as the role of `provider`; add the plugin, or move the statements there"
    );
    template.warning(node.place, message);
}

/// Statements that hold for all functions, and the place that stands for the role.
fn provider_statements(service: &Service) -> (Place, Vec<Node>) {
    let mut place = service.provider_place();
    let mut found = Vec::new();
    for path in [&["iam", "role", "statements"][..], &["iamRoleStatements"]] {
        for statement in items(service.provider(path)) {
            if found.is_empty() {
                place = statement.place;
            }
            found.push(statement.clone());
        }
    }
    (place, found)
}

fn own(service: &Service, function: &Function, statements: Option<&Node>, template: &mut Template) {
    let mut role = Role::new(service, function.place);
    role.framework(&[function]);
    let default = service.top(&["custom", PER_FUNCTION, "defaultInherit"]);
    let inherits = function
        .get("iamRoleStatementsInherit")
        .or_else(|| function.get("iam").and_then(|node| node.at(&["role", "inherit"])))
        .or(default);
    let mut all: Vec<Node> = items(statements).into_iter().cloned().collect();
    if is_on(inherits) {
        all.extend(provider_statements(service).1);
    }
    role.author(all);
    role.managed(service);
    let name = format!("{}-{}-{}", service.name, service.stage, function.name);
    let map = role.properties(&name);
    template.add(own_id(function), function.place, "AWS::IAM::Role", map, &function.name);
}

/// A role while it is put together.
struct Role<'a> {
    service: &'a Service,
    place: Place,
    granted: Vec<Node>,
    written: Vec<Node>,
    managed: Vec<Node>,
}

impl<'a> Role<'a> {
    fn new(service: &'a Service, place: Place) -> Self {
        Self { service, place, granted: Vec::new(), written: Vec::new(), managed: Vec::new() }
    }

    fn allow(&mut self, place: Place, actions: &[&'static str], resources: Vec<Node>) {
        let here = Here(place);
        self.granted.push(here.map([
            ("Effect", here.text("Allow")),
            ("Action", here.texts(actions.iter().copied())),
            ("Resource", here.list(resources)),
        ]));
    }

    /// What the framework grants: logs, and what the events and settings of the functions need.
    fn framework(&mut self, functions: &[&Function]) {
        let logs: Vec<&&Function> =
            functions.iter().filter(|function| !is_on(function.get("disableLogs"))).collect();
        if !logs.is_empty() {
            // One pattern for all functions with usual names, as the framework writes it.
            let arn = |name: &str, end: &str| {
                let name = escaped(name);
                let group =
                    "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:";
                sub(self.place, format!("{group}/aws/lambda/{name}{end}"))
            };
            let usual = format!("{}-{}", self.service.name, self.service.stage);
            let mut names: Vec<String> = Vec::new();
            for function in logs {
                let name = match function.get("name").map(Node::scalar_text) {
                    None if functions.len() == 1 => format!("{usual}-{}", function.name),
                    None => format!("{usual}*"),
                    Some(Some(name)) => name.to_string(),
                    Some(None) => continue,
                };
                if !names.contains(&name) {
                    names.push(name);
                }
            }
            let streams = names.iter().map(|name| arn(name, ":*")).collect();
            let events = names.iter().map(|name| arn(name, ":*:*")).collect();
            let make = ["logs:CreateLogStream", "logs:CreateLogGroup", "logs:TagResource"];
            self.allow(self.place, &make, streams);
            self.allow(self.place, &["logs:PutLogEvents"], events);
        }
        for function in functions {
            self.of_function(function);
        }
    }

    fn of_function(&mut self, function: &Function) {
        let here = Here(function.place);
        if is_on(function.or_provider(self.service, "vpc")) {
            self.attach(sub(
                function.place,
                "arn:${AWS::Partition}:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole",
            ));
        }
        if is_on(tracing(self.service, function)) {
            let actions = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"];
            self.allow(function.place, &actions, vec![here.text("*")]);
        }
        if let Some(target) = function.get("onError") {
            self.allow(target.place, &["sns:Publish"], vec![target.clone()]);
        }
        for key in ["onSuccess", "onFailure"] {
            let destination = function.get("destinations").and_then(|node| node.get(key));
            let Some(destination) = destination.filter(|node| !node.is_null()) else { continue };
            self.send(destination);
        }
        for event in items(function.get("events")) {
            for (kind, entry) in event.as_map().into_iter().flat_map(Map::entries) {
                self.of_event(kind, &entry.value);
            }
        }
    }

    /// Leave to hand a record of an invocation to a destination.
    fn send(&mut self, destination: &Node) {
        let arn = destination_arn(destination);
        let kind = destination.get("type").and_then(Node::as_str).unwrap_or_default();
        let text = arn.scalar_text().unwrap_or_default();
        let action = match kind {
            "sqs" => "sqs:SendMessage",
            "sns" => "sns:Publish",
            "eventBus" => "events:PutEvents",
            "function" => "lambda:InvokeFunction",
            _ if text.contains(":sqs:") => "sqs:SendMessage",
            _ if text.contains(":sns:") => "sns:Publish",
            _ if text.contains(":events:") => "events:PutEvents",
            _ => "lambda:InvokeFunction",
        };
        self.allow(destination.place, &[action], vec![arn]);
    }

    fn of_event(&mut self, kind: &str, event: &Node) {
        let arn = event.get("arn").unwrap_or(event);
        let text = arn.as_str().unwrap_or_default();
        let is_stream_of = |service: &str| {
            event.get("type").and_then(Node::as_str) == Some(service)
                || text.contains(&format!(":{service}:"))
        };
        let actions: &[&'static str] = match kind {
            "sqs" => &["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
            "stream" if is_stream_of("kinesis") => &[
                "kinesis:GetRecords",
                "kinesis:GetShardIterator",
                "kinesis:DescribeStreamSummary",
                "kinesis:ListShards",
            ],
            "stream" => &[
                "dynamodb:GetRecords",
                "dynamodb:GetShardIterator",
                "dynamodb:DescribeStream",
                "dynamodb:ListStreams",
            ],
            "msk" => &["kafka:DescribeCluster", "kafka:GetBootstrapBrokers"],
            "activemq" | "rabbitmq" => &["mq:DescribeBroker"],
            _ => return,
        };
        if arn.as_map().is_some_and(|map| map.len() > 1) {
            return;
        }
        self.allow(event.place, actions, vec![arn.clone()]);
        if let Some(failure) = event.at(&["destinations", "onFailure"]) {
            self.send(failure);
        }
    }

    fn author(&mut self, statements: Vec<Node>) {
        self.written.extend(statements);
    }

    fn attach(&mut self, arn: Node) {
        if !self.managed.iter().any(|known| known.same(&arn)) {
            self.managed.push(arn);
        }
    }

    fn managed(&mut self, service: &Service) {
        for path in [&["iam", "role", "managedPolicies"][..], &["iamManagedPolicies"]] {
            for arn in items(service.provider(path)) {
                self.attach(arn.clone());
            }
        }
    }

    /// The properties. What the framework grants and what the author wrote are two policies here, so
    /// that rules can tell them apart; together they grant what the one policy of the framework does.
    fn properties(self, name: &str) -> Map {
        let here = Here(self.place);
        let trust = here.map([
            ("Version", here.text("2012-10-17")),
            (
                "Statement",
                here.list([here.map([
                    ("Effect", here.text("Allow")),
                    ("Principal", here.map([("Service", here.texts(["lambda.amazonaws.com"]))])),
                    ("Action", here.texts(["sts:AssumeRole"])),
                ])]),
            ),
        ]);
        let policy = |name: String, statements: Vec<Node>| {
            let at = statements.first().map_or(self.place, |statement| statement.place);
            let here = Here(at);
            here.map([
                ("PolicyName", here.text(name)),
                (
                    "PolicyDocument",
                    here.map([
                        ("Version", here.text("2012-10-17")),
                        ("Statement", here.list(statements.into_iter().map(statement_of))),
                    ]),
                ),
            ])
        };
        let mut policies = Vec::new();
        if !self.granted.is_empty() {
            policies.push(policy(format!("{name}-framework"), self.granted));
        }
        if !self.written.is_empty() {
            policies.push(policy(format!("{name}-Policy"), self.written));
        }
        let mut map =
            properties([("AssumeRolePolicyDocument", trust), ("Policies", here.list(policies))]);
        if !self.managed.is_empty() {
            map.insert("ManagedPolicyArns", here.list(self.managed));
        }
        for path in [
            &["iam", "role", "permissionsBoundary"][..],
            &["iam", "role", "permissionBoundary"],
            &["rolePermissionsBoundary"],
        ] {
            if let Some(boundary) = self.service.provider(path) {
                map.insert("PermissionsBoundary", boundary.clone());
            }
        }
        map
    }
}

/// A statement as the author wrote it; the framework takes keys in lower case, too.
fn statement_of(statement: Node) -> Node {
    let Kind::Map(map) = &statement.kind else { return statement };
    if map.keys().all(|key| key.starts_with(char::is_uppercase)) {
        return statement;
    }
    let mut out = Map::new();
    for (key, entry) in map.entries() {
        out.insert_at(names::upper_first(key), entry.key_place, entry.value.clone());
    }
    Node::new(statement.place, Kind::Map(out))
}

/// A role with nothing but a trusted service and one policy, for what the framework makes beside
/// functions.
pub(crate) fn service_role(place: Place, principal: &str, statement: Node) -> Map {
    let here = Here(place);
    let document = |statement: Node| {
        here.map([("Version", here.text("2012-10-17")), ("Statement", here.list([statement]))])
    };
    let trust = here.map([
        ("Effect", here.text("Allow")),
        ("Principal", here.map([("Service", here.text(principal))])),
        ("Action", here.text("sts:AssumeRole")),
    ]);
    let policy =
        here.map([("PolicyName", here.text("framework")), ("PolicyDocument", document(statement))]);
    let mut map = Map::new();
    map.insert("AssumeRolePolicyDocument", document(trust));
    map.insert("Policies", here.list([policy]));
    map
}

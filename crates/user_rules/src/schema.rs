//! What expressions see of an application: the records, their fields and types.
//!
//! This is the one list: the checker reads it, the view fills it (a test holds both together), and the
//! JSON Schema of `faasguard-model/1` is drawn from it.

/// Type of a value, as far as it is known before anything is evaluated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Type {
    /// Anything.
    Any,
    Bool,
    Integer,
    Number,
    Text,
    /// A list of one type.
    List(&'static Type),
    /// Texts to values of one type.
    Map(&'static Type),
    Record(&'static Record),
}

/// A record.
#[derive(Debug)]
pub(crate) struct Record {
    /// Name in messages and in the schema: `function`.
    pub(crate) name: &'static str,
    /// Fields in order. Every field is there in every view; what is not set is null.
    pub(crate) fields: &'static [Field],
}

/// A field of a record.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) of: Type,
    /// One line for people.
    pub(crate) about: &'static str,
}

impl PartialEq for Record {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Record {
    /// The field of a name.
    pub(crate) fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}

impl Type {
    /// Words for messages.
    pub(crate) fn words(self) -> String {
        match self {
            Self::Any => "anything".to_owned(),
            Self::Bool => "a truth value".to_owned(),
            Self::Integer => "a whole number".to_owned(),
            Self::Number => "a number".to_owned(),
            Self::Text => "a text".to_owned(),
            Self::List(_) => "a list".to_owned(),
            Self::Map(_) => "a mapping".to_owned(),
            Self::Record(record) => format!("a record `{}`", record.name),
        }
    }

    /// Whether it is a number of any kind.
    pub(crate) fn is_number(self) -> bool {
        matches!(self, Self::Integer | Self::Number)
    }
}

const fn field(name: &'static str, of: Type, about: &'static str) -> Field {
    Field { name, of, about }
}

const TEXTS: Type = Type::List(&Type::Text);
const TAGS: Type = Type::Map(&Type::Any);
const WHEN: Field =
    field("when", Type::Text, "Condition under which it exists, in words; null: always");
const NAME: Field = field("name", Type::Text, "Logical name; in Terraform the address");
const PROPERTIES: Field = field(
    "properties",
    Type::Map(&Type::Any),
    "Properties as CloudFormation spells them, evaluated; whatever the input was written in",
);
const TAG_FIELD: Field = field("tags", TAGS, "Tags by key");
const GENERATED: Field =
    field("generated", Type::Bool, "Whether the SAM transform makes it, and not the author");

/// The whole application: the variable `app`.
pub(crate) static APPLICATION: Record = Record {
    name: "application",
    fields: &[
        field("functions", Type::List(&Type::Record(&FUNCTION)), "Functions"),
        field("triggers", Type::List(&Type::Record(&TRIGGER)), "What starts each function"),
        field("apis", Type::List(&Type::Record(&API)), "REST, HTTP, WebSocket and GraphQL APIs"),
        field(
            "roles",
            Type::List(&Type::Record(&ROLE)),
            "Roles, users, groups, and managed policies that nobody of the input carries",
        ),
        field("policies", Type::List(&Type::Record(&POLICY)), "Policies on resources"),
        field(
            "permissions",
            Type::List(&Type::Record(&PERMISSION)),
            "Permissions to invoke functions",
        ),
        field(
            "resources",
            Type::List(&Type::Record(&RESOURCE)),
            "Every resource, that of a function, API or role, too",
        ),
        field("parameters", Type::List(&Type::Record(&PARAMETER)), "Parameters"),
        field("outputs", Type::List(&Type::Record(&OUTPUT)), "Outputs"),
        field(
            "incomplete",
            Type::Bool,
            "Whether parts of it stand elsewhere: nested stacks, macros",
        ),
    ],
};

/// A function.
pub(crate) static FUNCTION: Record = Record {
    name: "function",
    fields: &[
        NAME,
        field("physical_name", Type::Text, "The name that the input gives it"),
        field("runtime", Type::Text, "`python3.13`; null for images"),
        field("handler", Type::Text, "Entry point"),
        field("code", Type::Record(&CODE), "Where the code is"),
        field("layers", TEXTS, "ARNs of layers, in order"),
        field("role", Type::Text, "Logical name of its role, when that stands in the input"),
        field("role_arn", Type::Text, "The role as written, when it was given"),
        field("environment", Type::Map(&Type::Any), "Environment variables by name"),
        field("timeout_s", Type::Integer, "Seconds; null: AWS's default, 3"),
        field("memory_mib", Type::Integer, "MiB; null: AWS's default, 128"),
        field("ephemeral_storage_mib", Type::Integer, "Size of /tmp in MiB; null: 512"),
        field("reserved_concurrency", Type::Integer, "Most invocations at a time"),
        field("provisioned_concurrency", Type::Integer, "Instances kept warm"),
        field("tracing", Type::Text, "`Active` or `PassThrough`"),
        field("dead_letter", Type::Text, "ARN of the queue or topic for events that failed"),
        field("failure_destination", Type::Text, "ARN that failed asynchronous invocations go to"),
        field(
            "success_destination",
            Type::Text,
            "ARN that results of asynchronous invocations go to",
        ),
        field("maximum_event_age_s", Type::Integer, "Seconds that an asynchronous event may wait"),
        field("maximum_retries", Type::Integer, "Retries of an asynchronous event, 0 to 2"),
        field("code_signing", Type::Text, "ARN of the code-signing configuration"),
        field("kms_key", Type::Text, "ARN of the key that encrypts the environment"),
        field("vpc", Type::Bool, "Whether it has subnets and security groups; null: no"),
        field("durable", Type::Bool, "Whether its executions are durable; null: no"),
        field("file_systems", TEXTS, "ARNs of the access points of file systems"),
        field("log_format", Type::Text, "`Text` or `JSON`"),
        field("application_log_level", Type::Text, "`TRACE` to `FATAL`"),
        field("log_group", Type::Text, "Name of the log group, when it is set"),
        field("recursive_loop", Type::Text, "`Allow` or `Terminate`"),
        field("snap_start", Type::Text, "`PublishedVersions` or `None`"),
        field("alias", Type::Text, "Alias that is published on each deployment"),
        field("triggers", Type::List(&Type::Record(&TRIGGER)), "What starts it"),
        field(
            "targets",
            Type::List(&Type::Record(&TARGET)),
            "Resources of the input that its role may act on",
        ),
        field(
            "exposure",
            Type::Text,
            "Who can cause it to run, directly or through others: `internet`, `organisation`, `account`, `service`, `unknown`; null: no trigger leads to it",
        ),
        field(
            "unauthenticated",
            Type::Bool,
            "Whether whoever that is has to prove nothing on the way",
        ),
        field("path", TEXTS, "The way to it, outermost first"),
        TAG_FIELD,
        PROPERTIES,
        WHEN,
    ],
};

/// Where code is.
pub(crate) static CODE: Record = Record {
    name: "code",
    fields: &[
        field("kind", Type::Text, "`local`, `remote`, `inline`, `image`, `unknown`"),
        field("location", Type::Text, "Folder, key of an object, or URI of the image"),
    ],
};

/// What a role may act on.
pub(crate) static TARGET: Record = Record {
    name: "target",
    fields: &[
        field("resource", Type::Text, "Logical name"),
        field("type", Type::Text, "Type: `AWS::DynamoDB::Table`"),
        field("actions", TEXTS, "Patterns of actions that are allowed on it"),
        field(
            "wide",
            Type::Bool,
            "Whether it is reached only because a statement holds on every resource",
        ),
    ],
};

/// What starts a function.
pub(crate) static TRIGGER: Record = Record {
    name: "trigger",
    fields: &[
        field("function", Type::Text, "Logical name of the function"),
        field(
            "kind",
            Type::Text,
            "`rest-api`, `http-api`, `function-url`, `sqs`, `schedule` … as in the result of `scan`",
        ),
        field("route", Type::Text, "`POST /orders`, or the schedule"),
        field("api", Type::Text, "Logical name of the API"),
        field(
            "auth",
            Type::Text,
            "`none`, `iam`, `custom`, `jwt`, `cognito`, `api-key`, `resource-policy`, `client-certificate`, `service`; what cannot be told is not known",
        ),
        field(
            "exposure",
            Type::Text,
            "`internet`, `organisation`, `account`, `service`; what cannot be told is not known",
        ),
        field("invocation", Type::Text, "`synchronous`, `asynchronous`, `polled`"),
        field("validated", Type::Bool, "Whether requests are checked before the function"),
        field("rate_limit", Type::Number, "Requests per second at most"),
        field("burst_limit", Type::Number, "Requests at once at most"),
        field("source", Type::Text, "What sends the events, as ARN or reference"),
        field("filter", Type::Text, "Filter on the events, as text"),
        field("events", TEXTS, "`s3:ObjectCreated:*`"),
        field("enabled", Type::Bool, "Whether a polled source is switched on; null: yes"),
        field("batch_size", Type::Integer, "Records at most in one call"),
        field("maximum_concurrency", Type::Integer, "Most concurrent calls from this source"),
        field("maximum_retries", Type::Integer, "Retries of a failed batch; -1 is for ever"),
        field("maximum_record_age_s", Type::Integer, "Seconds after which a record is given up"),
        WHEN,
    ],
};

/// An interface.
pub(crate) static API: Record = Record {
    name: "api",
    fields: &[
        NAME,
        field("kind", Type::Text, "`rest`, `http`, `websocket`, `graphql`"),
        field("private", Type::Bool, "Whether only private networks reach it"),
        field("routes", Type::List(&Type::Record(&ROUTE)), "Routes"),
        field("stages", Type::List(&Type::Record(&STAGE)), "Stages"),
        field("authorizers", TEXTS, "Names of its authorizers"),
        field("cors", Type::Record(&CORS), "Cross-origin settings"),
        field("firewall", Type::Bool, "Whether a web firewall stands before it"),
        field(
            "default_endpoint_disabled",
            Type::Bool,
            "Whether the `execute-api` address is switched off",
        ),
        field(
            "definition_unread",
            Type::Bool,
            "Whether its definition was not available: its routes are not known",
        ),
        field(
            "statements",
            Type::List(&Type::Record(&STATEMENT)),
            "Statements of the policy on it",
        ),
        TAG_FIELD,
        PROPERTIES,
        WHEN,
    ],
};

/// Cross-origin settings.
pub(crate) static CORS: Record = Record {
    name: "cors",
    fields: &[
        field("origins", TEXTS, "Origins allowed"),
        field("headers", TEXTS, "Headers allowed"),
        field("methods", TEXTS, "Methods allowed"),
        field("credentials", Type::Bool, "Whether cookies may be sent"),
    ],
};

/// A route.
pub(crate) static ROUTE: Record = Record {
    name: "route",
    fields: &[
        field("api", Type::Text, "Logical name of the API"),
        field("label", Type::Text, "`POST /orders`, `$connect`"),
        field("method", Type::Text, "`GET`, `ANY`; empty for WebSocket routes"),
        field("path", Type::Text, "`/orders/{id}`"),
        field("auth", Type::Text, "As of triggers"),
        field("authorizer", Type::Text, "Name of the authorizer"),
        field("api_key_required", Type::Bool, "Whether an API key must be sent"),
        field("validated", Type::Bool, "Whether requests are checked before the integration"),
        field(
            "integration",
            Type::Text,
            "`function`, `foreign-function`, `service`, `http`, `mock`; null: not known",
        ),
        field("function", Type::Text, "Logical name of the function that it leads to"),
        field("service", Type::Text, "Service that it leads to: `sqs`"),
        field("uri", Type::Text, "Address or ARN that it leads to"),
        field("rate_limit", Type::Number, "Requests per second at most"),
        field("burst_limit", Type::Number, "Requests at once at most"),
        WHEN,
    ],
};

/// A stage.
pub(crate) static STAGE: Record = Record {
    name: "stage",
    fields: &[
        field("api", Type::Text, "Logical name of the API"),
        NAME,
        field("access_log", Type::Text, "Where access is logged"),
        field("access_log_format", Type::Text, "Format of the access log"),
        field("execution_log_level", Type::Text, "`OFF`, `ERROR`, `INFO`"),
        field("data_trace", Type::Bool, "Whether whole requests are logged"),
        field("tracing", Type::Bool, "Whether requests are traced"),
        field("cache", Type::Bool, "Whether answers are cached"),
        field("cache_encrypted", Type::Bool, "Whether the cache is encrypted"),
        field("rate_limit", Type::Number, "Requests per second at most"),
        field("burst_limit", Type::Number, "Requests at once at most"),
        WHEN,
    ],
};

/// A role, user, group, or a managed policy that nobody carries.
pub(crate) static ROLE: Record = Record {
    name: "role",
    fields: &[
        NAME,
        field("kind", Type::Text, "`role`, `user`, `group`, `policy`"),
        GENERATED,
        field("physical_name", Type::Text, "The name that the input gives it"),
        field(
            "trust",
            Type::List(&Type::Record(&STATEMENT)),
            "Statements that say who may take the role",
        ),
        field(
            "statements",
            Type::List(&Type::Record(&STATEMENT)),
            "Statements of all policies that are written out",
        ),
        field("managed", TEXTS, "ARNs of managed policies"),
        field("boundary", Type::Text, "ARN of the permissions boundary"),
        field("functions", TEXTS, "Logical names of the functions that run as it"),
        field(
            "targets",
            Type::List(&Type::Record(&TARGET)),
            "Resources of the input that it may act on",
        ),
        TAG_FIELD,
        PROPERTIES,
        WHEN,
    ],
};

/// A statement of a policy.
pub(crate) static STATEMENT: Record = Record {
    name: "statement",
    fields: &[
        field("sid", Type::Text, "`Sid`"),
        field("effect", Type::Text, "`Allow` or `Deny`"),
        field("actions", TEXTS, "`Action`"),
        field("not_actions", TEXTS, "`NotAction`"),
        field("resources", TEXTS, "`Resource`"),
        field("not_resources", TEXTS, "`NotResource`"),
        field("principals", TEXTS, "`Principal`"),
        field("not_principals", TEXTS, "`NotPrincipal`"),
        field("conditions", Type::List(&Type::Record(&CONDITION)), "`Condition`: all must hold"),
        field("policy", Type::Text, "Name of the policy"),
        WHEN,
    ],
};

/// A condition of a statement.
pub(crate) static CONDITION: Record = Record {
    name: "condition",
    fields: &[
        field("operator", Type::Text, "`StringEquals`"),
        field("key", Type::Text, "`aws:SourceArn`"),
        field("values", TEXTS, "Values"),
    ],
};

/// A policy on resources.
pub(crate) static POLICY: Record = Record {
    name: "policy",
    fields: &[
        NAME,
        field("service", Type::Text, "`s3`, `sqs`, `kms` …"),
        field("resources", TEXTS, "Logical names of the resources that it guards"),
        field("statements", Type::List(&Type::Record(&STATEMENT)), "Statements"),
        WHEN,
    ],
};

/// A permission to invoke a function.
pub(crate) static PERMISSION: Record = Record {
    name: "permission",
    fields: &[
        NAME,
        field("function", Type::Text, "Logical name of the function"),
        GENERATED,
        field("action", Type::Text, "`lambda:InvokeFunction`"),
        field("principal", Type::Text, "`*`, an account, a service"),
        field("source_arn", Type::Text, "ARN that the call must come from"),
        field("source_account", Type::Text, "Account that the call must come from"),
        field("organisation", Type::Text, "Organisation that the caller must belong to"),
        field("url_auth", Type::Text, "`NONE` or `AWS_IAM`, for function URLs"),
        WHEN,
    ],
};

/// A resource.
pub(crate) static RESOURCE: Record = Record {
    name: "resource",
    fields: &[
        NAME,
        field("type", Type::Text, "`AWS::SQS::Queue`, whatever the input was written in"),
        GENERATED,
        TAG_FIELD,
        PROPERTIES,
        WHEN,
    ],
};

/// A parameter.
pub(crate) static PARAMETER: Record = Record {
    name: "parameter",
    fields: &[
        NAME,
        field("type", Type::Text, "`String`, `AWS::SSM::Parameter::Value<String>`"),
        field("no_echo", Type::Bool, "Whether its value is hidden"),
        field("default", Type::Text, "Default"),
    ],
};

/// An output.
pub(crate) static OUTPUT: Record = Record {
    name: "output",
    fields: &[
        NAME,
        field("value", Type::Text, "Value"),
        field("exported", Type::Bool, "Whether other stacks may import it"),
        WHEN,
    ],
};

/// Every record, the application first.
pub(crate) static RECORDS: [&Record; 17] = [
    &APPLICATION,
    &FUNCTION,
    &CODE,
    &TARGET,
    &TRIGGER,
    &API,
    &CORS,
    &ROUTE,
    &STAGE,
    &ROLE,
    &STATEMENT,
    &CONDITION,
    &POLICY,
    &PERMISSION,
    &RESOURCE,
    &PARAMETER,
    &OUTPUT,
];

/// A list of records of one kind.
pub(crate) fn list_of_record(record: &'static Record) -> Type {
    let lists = RECORDS.iter().flat_map(|record| record.fields).map(|field| field.of);
    let of_this = |of: &Type| matches!(of, Type::List(Type::Record(found)) if *found == record);
    lists.into_iter().find(of_this).unwrap_or(Type::List(&Type::Any))
}

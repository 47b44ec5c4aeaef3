//! A function: what runs, as whom, with which settings.

use source_text::{Place, SmolStr};
use value::When;

use crate::{Setting, Text};

/// One function.
#[derive(Clone, Debug, Default)]
pub struct Function {
    /// Logical name in the input.
    pub name: SmolStr,
    /// Where its name is written.
    pub place: Place,
    /// When it exists.
    pub when: When,
    /// Whose platform runs it.
    pub platform: Platform,
    /// Runtime identifier such as `python3.13`; absent for images.
    pub runtime: Option<Setting<SmolStr>>,
    /// Entry point.
    pub handler: Option<Setting<SmolStr>>,
    /// Where the code is.
    pub code: Code,
    /// How the code becomes what is deployed.
    pub build: Build,
    /// Layers in the order in which they are laid over `/opt`.
    pub layers: Vec<Layer>,
    /// Logical name of its role, when that stands in the template.
    pub role: Option<SmolStr>,
    /// The role as written, when it was given explicitly.
    pub role_arn: Option<Setting<SmolStr>>,
    /// Environment variables.
    pub environment: Vec<Variable>,
    /// Seconds before an invocation is ended; AWS's default is 3.
    pub timeout_s: Option<Setting<i64>>,
    /// Memory in MiB.
    pub memory_mib: Option<Setting<i64>>,
    /// Size of `/tmp` in MiB.
    pub ephemeral_storage_mib: Option<Setting<i64>>,
    /// Most invocations at a time, and reserved from the account's pool.
    pub reserved_concurrency: Option<Setting<i64>>,
    /// Instances kept warm (of an alias or version).
    pub provisioned_concurrency: Option<Setting<i64>>,
    /// `Active` or `PassThrough`.
    pub tracing: Option<Setting<SmolStr>>,
    /// ARN of the queue or topic for events that failed.
    pub dead_letter: Option<Setting<SmolStr>>,
    /// ARN that failed asynchronous invocations are sent to.
    pub failure_destination: Option<Setting<SmolStr>>,
    /// ARN that the results of successful asynchronous invocations are sent to.
    pub success_destination: Option<Setting<SmolStr>>,
    /// ARNs of the access points of the file systems that it mounts.
    pub file_systems: Vec<Setting<SmolStr>>,
    /// Seconds that an asynchronous event may wait.
    pub maximum_event_age_s: Option<Setting<i64>>,
    /// Retries of an asynchronous event, 0 to 2.
    pub maximum_retries: Option<Setting<i64>>,
    /// ARN of the code-signing configuration.
    pub code_signing: Option<Setting<SmolStr>>,
    /// ARN of the key that encrypts the environment.
    pub kms_key: Option<Setting<SmolStr>>,
    /// Where a network configuration (subnets, security groups) is written.
    pub vpc: Option<Setting<bool>>,
    /// Where it is made durable: its executions last for days, with their steps noted.
    pub durable: Option<Setting<bool>>,
    /// `Text` or `JSON`.
    pub log_format: Option<Setting<SmolStr>>,
    /// Level of the application's log lines: `TRACE` … `FATAL`.
    pub application_log_level: Option<Setting<SmolStr>>,
    /// Name of the log group, when it is set.
    pub log_group: Option<Setting<SmolStr>>,
    /// `Allow` or `Terminate` (the default) for detected loops.
    pub recursive_loop: Option<Setting<SmolStr>>,
    /// `PublishedVersions` or `None`.
    pub snap_start: Option<Setting<SmolStr>>,
    /// Name of the alias that is published on each deployment.
    pub alias: Option<Setting<SmolStr>>,
    /// Physical name, when it is set.
    pub physical_name: Option<Setting<SmolStr>>,
}

/// Whose platform runs a function.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Platform {
    /// AWS Lambda.
    #[default]
    Aws,
    /// Azure Functions.
    Azure,
    /// Google Cloud: Cloud Run functions of both generations, Cloud Run.
    Google,
}

/// Where the code of a function is.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Code {
    /// Nothing is said.
    #[default]
    Unknown,
    /// A local folder or archive, relative to the template.
    Local(Setting<SmolStr>),
    /// An object in a bucket.
    Remote(Setting<SmolStr>),
    /// Code in the template itself.
    Inline(Setting<SmolStr>),
    /// A container image; the text is its URI when known.
    Image(Option<Setting<SmolStr>>),
}

/// How code becomes what is deployed, as the template tells those who build it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Build {
    /// Files that a bundler begins with, relative to the code.
    pub entry_points: Vec<Setting<SmolStr>>,
    /// Folder that an image is built from, relative to the template.
    pub image_context: Option<Setting<SmolStr>>,
    /// Recipe of the image, relative to that folder; `Dockerfile` when absent.
    pub image_recipe: Option<Setting<SmolStr>>,
    /// First word of the command that replaces the image's: a handler.
    pub image_command: Option<Setting<SmolStr>>,
}

/// A layer of a function.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layer {
    /// ARN, or an expression that refers to a layer of the template.
    pub arn: Text,
    /// Where.
    pub place: Place,
    /// When it is used.
    pub when: When,
}

/// An environment variable.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Variable {
    /// Name.
    pub name: SmolStr,
    /// Where the name is written.
    pub name_place: Place,
    /// Value.
    pub value: Text,
    /// Where the value is written.
    pub place: Place,
    /// Every value that is possible, in the notation of `Fn::Sub`: a parameter that the caller does
    /// not set stays `${Stage}`, whatever its default.
    pub written: Vec<Written>,
}

/// A text as it is written: in the notation of `Fn::Sub`, parameters by their names.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Written {
    /// When it stands there.
    pub when: When,
    /// The text: `${Orders}`, `shop-${Stage}`, `orders`.
    pub text: SmolStr,
}

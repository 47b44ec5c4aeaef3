//! The command line, one struct a command.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use finding::Severity;

use crate::commands::{
    alerts, cloud, dashboard, fix, guard, iam, lake, logs, metrics, package, sbom, secrets, top,
    trail, vulndb,
};

/// Security for serverless applications: templates, code, roles, packages, logs and trails
#[derive(Debug, Parser)]
#[command(name = "faasguard", version, about, long_about = None, max_term_width = 100, propagate_version = true)]
pub(crate) struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Check templates and code against the ten serverless risks
    Scan(Box<ScanOptions>),
    /// Mend what can be mended by an edit, comments and layout kept; each edit is proven by a scan
    Fix(Box<fix::FixOptions>),
    /// Print the CloudFormation that a SAM template or a service of the Serverless Framework becomes
    Expand(ExpandOptions),
    /// Draw who reaches which function and what its role can do
    Graph(GraphOptions),
    /// Guard functions while they run
    #[command(subcommand)]
    Guard(GuardCommand),
    /// Work with IAM policies
    #[command(subcommand)]
    Iam(IamCommand),
    /// Work with logs of functions
    #[command(subcommand)]
    Logs(LogsCommand),
    /// Send alerts to where they are seen
    #[command(subcommand)]
    Alerts(AlertsCommand),
    /// Take snapshots of live accounts, fetch trails and logs, by the program `faasguard-cloud`
    Cloud(cloud::CloudOptions),
    /// Show results in a browser on this machine: findings, graph, permissions, alerts, metrics, call chains
    Dashboard(Box<dashboard::DashboardOptions>),
    /// Keep audit events as Parquet and ask them in SQL, by the program `faasguard-lake`
    Lake(lake::LakeOptions),
    /// Work with series of metrics
    #[command(subcommand)]
    Metrics(MetricsCommand),
    /// Audit packages of functions and layers
    #[command(subcommand)]
    Package(PackageCommand),
    /// Write the bill of materials of a package or function
    Sbom(Box<sbom::SbomOptions>),
    /// Find secrets in folders, packages, the history of git, or standard input
    Secrets(Box<secrets::SecretsOptions>),
    /// Show alerts, incidents and functions on the terminal, as they come
    Top(top::TopOptions),
    /// Work with audit logs: CloudTrail, and those of Azure and Google
    #[command(subcommand)]
    Trail(TrailCommand),
    /// Keep the index of known vulnerabilities
    #[command(subcommand)]
    Vulndb(VulndbCommand),
    /// Say what a rule or risk is about, how to mend it and when it stays silent
    Explain(ExplainOptions),
    /// List the rules
    Rules(RulesOptions),
    /// Write a completion script for a shell
    Completions(CompletionsOptions),
    /// Write manual pages
    Man(ManOptions),
    /// Print the reference of all commands as Markdown
    #[command(hide = true)]
    Reference,
}

/// `alerts`: the options of each stand with its command.
#[derive(Debug, Subcommand)]
pub(crate) enum AlertsCommand {
    /// Send alerts of `trail detect` to files, web addresses, chats, pagers and buses
    Send(Box<alerts::send::SendOptions>),
}

/// `guard`: the options of each stand with its command.
#[derive(Debug, Subcommand)]
pub(crate) enum GuardCommand {
    /// Write what the guard of each function should enforce, out of its template and code
    Settings(Box<guard::settings::SettingsOptions>),
    /// Build the Lambda layer that brings the guard
    Layer(Box<guard::layer::LayerOptions>),
    /// Run a function on this machine under the guard, as Lambda would call it
    Run(guard::companion::PassedOn),
    /// Say which means of confinement this machine has
    Probe(guard::companion::PassedOn),
    /// Play Lambda for a function on this machine, without the guard
    Emulate(guard::companion::PassedOn),
}

/// `iam`: the options of each stand with its command.
#[derive(Debug, Subcommand)]
pub(crate) enum IamCommand {
    /// Prove that policies allow nothing new, grant nothing of a list, let nobody in
    Check(Box<iam::check::CheckOptions>),
    /// Say whether new policies allow nothing that old ones do not, and what they add and remove
    Diff(Box<iam::diff::DiffOptions>),
    /// Write the smallest policy of every function, with a reason for each grant
    Generate(Box<iam::generate::GenerateOptions>),
    /// Say what in policies is malformed, has no effect, or allows more than meant
    Lint(Box<iam::lint::LintOptions>),
    /// Show how somebody becomes an administrator, step by step
    Paths(Box<iam::paths::PathsOptions>),
    /// Say what policies decide for a request, and why
    Simulate(Box<iam::simulate::SimulateOptions>),
}

/// `logs`: the options of each stand with its command.
#[derive(Debug, Subcommand)]
pub(crate) enum LogsCommand {
    /// Say what the logs of functions tell: figures, errors, secrets and personal data, what the guard did
    Analyze(Box<logs::analyze::AnalyzeOptions>),
}

/// `metrics`: the options of each stand with its command.
#[derive(Debug, Subcommand)]
pub(crate) enum MetricsCommand {
    /// Find what is anomalous in series of metrics, and explain and draw it
    Detect(Box<metrics::detect::DetectOptions>),
}

/// `package`: the options of each stand with its command.
#[derive(Debug, Subcommand)]
pub(crate) enum PackageCommand {
    /// Say what is odd about a ZIP: names, headers, links, sizes, contents; nothing is extracted
    Inspect(Box<package::inspect::InspectOptions>),
    /// Sign what a package is, out of which revision, with which layers
    Attest(Box<package::attest::AttestOptions>),
    /// Say whether a package, its layers and the deployed code are what was attested
    Verify(Box<package::verify::VerifyOptions>),
}

/// `trail`: the options of each stand with its command.
#[derive(Debug, Subcommand)]
pub(crate) enum TrailCommand {
    /// Match Sigma rules, also over several events, against the records
    Detect(Box<trail::detect::DetectOptions>),
    /// Say who used which action on what, when last and from where
    Usage(Box<trail::usage::UsageOptions>),
    /// Write the records as OCSF, or as they are, one a line
    Convert(Box<trail::convert::ConvertOptions>),
}

/// `vulndb`: the options of each stand with its command.
#[derive(Debug, Subcommand)]
pub(crate) enum VulndbCommand {
    /// Write an index out of records of OSV that are here
    Import(Box<vulndb::import::ImportOptions>),
    /// Fetch the public records of osv.dev, or what changed in them, and write the index; uses the network
    Update(Box<vulndb::update::UpdateOptions>),
    /// Say what is in an index, how old it is, and whether it is whole
    Status(Box<vulndb::status::StatusOptions>),
}

/// `scan`
#[derive(Args, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(crate) struct ScanOptions {
    /// Files and folders to scan; `-` is standard input
    #[arg(default_value = ".")]
    pub(crate) paths: Vec<PathBuf>,
    /// Form of the result on standard output
    #[arg(long, value_name = "FORMAT", value_parser = parse_format)]
    pub(crate) format: Option<report::Format>,
    /// Write the result to a file, in the form that its extension names (.json .sarif .md .xml .html) or
    /// `FORMAT=FILE` (`github`, `gitlab-codequality`, `ocsf`, `ocsf-detection`, `asff`, `openvex`,
    /// `cyclonedx-vex`, too); may be given several times
    #[arg(short, long = "output", value_name = "FILE")]
    pub(crate) outputs: Vec<String>,
    /// Exit with 1 when a finding is at least this bad: critical, high, medium, low, never
    #[arg(long, value_name = "SEVERITY", value_parser = parse_threshold)]
    pub(crate) fail_on: Option<Threshold>,
    /// Exit with 3 when an input was not scanned; without it only when nothing could be scanned
    #[arg(long)]
    pub(crate) strict: bool,
    /// Which rules speak: `default`, or `strict` with hygiene that most teams waive
    #[arg(long, value_enum)]
    pub(crate) profile: Option<ProfileName>,
    /// Run only these rules, by name, id or risk (`SAS-4`); may be given several times
    #[arg(long = "rule", value_name = "RULE")]
    pub(crate) rules: Vec<String>,
    /// Folder with rules of your own in CEL, beside the built-in ones; may be given several times
    #[arg(long = "rules", value_name = "DIR")]
    pub(crate) own_rules: Vec<PathBuf>,
    /// Settings file; by default `faasguard.toml` in the first path or above it
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Folder of model files (TOML) that say what functions of your own code and packages do with
    /// data; they add to the built-in ones
    #[arg(long, value_name = "DIR")]
    pub(crate) models: Option<PathBuf>,
    /// Index of advisories (`faasguard vulndb`) that packages are looked up in
    #[arg(long, value_name = "FILE")]
    pub(crate) vulndb: Option<PathBuf>,
    /// Refuse an index that is older than so many days
    #[arg(long, value_name = "DAYS")]
    pub(crate) max_age: Option<u32>,
    /// What is said of known flaws (`OpenVEX`, `CycloneDX`): settles findings, or adds to them; may be given
    /// several times
    #[arg(long, value_name = "FILE")]
    pub(crate) vex: Vec<PathBuf>,
    /// Rules of your own (YAML) for secrets in files, beside the built-in ones; may be given several times
    #[arg(long, value_name = "FILE")]
    pub(crate) secret_rules: Vec<PathBuf>,
    /// Findings accepted earlier: only new ones count
    #[arg(long, value_name = "FILE")]
    pub(crate) baseline: Option<PathBuf>,
    /// Write the open findings to a baseline file and exit with 0
    #[arg(long, value_name = "FILE")]
    pub(crate) write_baseline: Option<PathBuf>,
    /// Count only what is new since a git revision, or changed with its callers and callees
    #[arg(long, value_name = "REV")]
    pub(crate) since: Option<String>,
    /// Ignore every suppression, for an audit
    #[arg(long)]
    pub(crate) no_suppress: bool,
    /// Print the table that a reviewer ticks, for every function
    #[arg(long)]
    pub(crate) checklist: bool,
    /// Show suppressed findings and notes, too
    #[arg(short, long)]
    pub(crate) verbose: bool,
    /// Print no progress
    #[arg(short, long)]
    pub(crate) quiet: bool,
    /// What is known of the deployment
    #[command(flatten)]
    pub(crate) deployment: DeploymentOptions,
}

/// What is known of the deployment.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct DeploymentOptions {
    /// Value of a template parameter; may be given several times
    #[arg(long = "parameter", value_name = "NAME=VALUE", value_parser = parse_pair)]
    pub(crate) parameters: Vec<(String, String)>,
    /// Environment variable that files of the Serverless Framework may read; by default none is
    #[arg(long = "env", value_name = "NAME")]
    pub(crate) environment: Vec<String>,
    /// Region of the deployment
    #[arg(long, value_name = "REGION")]
    pub(crate) region: Option<String>,
    /// Account of the deployment, twelve digits
    #[arg(long, value_name = "ACCOUNT", value_parser = parse_account)]
    pub(crate) account: Option<String>,
    /// Partition of the deployment: aws, aws-cn, aws-us-gov
    #[arg(long, value_name = "PARTITION", value_parser = parse_partition)]
    pub(crate) partition: Option<String>,
}

/// `expand`
#[derive(Args, Debug)]
pub(crate) struct ExpandOptions {
    /// Template, or `serverless.yml`; `-` is standard input
    pub(crate) file: PathBuf,
    /// Form of the result
    #[arg(long, value_enum, default_value = "json")]
    pub(crate) format: TemplateFormat,
    /// What is known of the deployment
    #[command(flatten)]
    pub(crate) deployment: DeploymentOptions,
}

/// `graph`
#[derive(Args, Debug)]
pub(crate) struct GraphOptions {
    /// Files and folders
    #[arg(default_value = ".")]
    pub(crate) paths: Vec<PathBuf>,
    /// Form: svg, mermaid, dot, json
    #[arg(long, value_name = "FORMAT", value_parser = parse_graph_format)]
    pub(crate) format: Option<report::GraphFormat>,
    /// Write to a file, in the form that its extension names
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// What is known of the deployment
    #[command(flatten)]
    pub(crate) deployment: DeploymentOptions,
}

/// `explain`
#[derive(Args, Debug)]
pub(crate) struct ExplainOptions {
    /// Rule by name or id (`wildcard-action`, `SAS-4.1`), or a risk (`SAS-4`)
    pub(crate) topic: String,
    /// Folder with rules of your own; may be given several times
    #[arg(long = "rules", value_name = "DIR")]
    pub(crate) own_rules: Vec<PathBuf>,
}

/// `rules`
#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct RulesOptions {
    /// What to do with rules of your own; without it the built-in ones are listed
    #[command(subcommand)]
    pub(crate) command: Option<RulesCommand>,
    /// Form: terminal, markdown, json
    #[arg(long, value_name = "FORMAT", default_value = "terminal", value_parser = parse_table_format)]
    pub(crate) format: report::TableFormat,
    /// Folder with rules of your own, which are listed, too; may be given several times
    #[arg(long = "rules", value_name = "DIR")]
    pub(crate) own_rules: Vec<PathBuf>,
}

/// `rules`: what is done with rules of one's own.
#[derive(Debug, Subcommand)]
pub(crate) enum RulesCommand {
    /// Run your own rules (CEL, Sigma, secrets) on the fixtures, events and examples that stand with them
    Test(crate::commands::rules::TestOptions),
    /// Print what expressions of your own rules see of an application
    Model(crate::commands::rules::model::ModelOptions),
}

/// `completions`
#[derive(Args, Debug)]
pub(crate) struct CompletionsOptions {
    /// Shell
    #[arg(value_enum)]
    pub(crate) shell: clap_complete::Shell,
}

/// `man`
#[derive(Args, Debug)]
pub(crate) struct ManOptions {
    /// Folder to write the pages of all commands to; without it the main page is printed
    pub(crate) folder: Option<PathBuf>,
}

/// The profiles by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ProfileName {
    /// What is worth everybody's minute
    Default,
    /// Hygiene that most teams waive, too
    Strict,
}

/// Forms of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TemplateFormat {
    /// JSON
    Json,
    /// YAML
    Yaml,
}

/// From which severity on a finding fails the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Threshold {
    /// Never.
    Never,
    /// From this one on.
    From(Severity),
}

/// Reads a threshold.
pub(crate) fn parse_threshold(text: &str) -> Result<Threshold, String> {
    if text == "never" {
        return Ok(Threshold::Never);
    }
    text.parse().map(Threshold::From).map_err(|error: String| format!("{error}, never"))
}

fn parse_format(text: &str) -> Result<report::Format, String> {
    text.parse().map_err(|error: report::ParseFormatError| error.to_string())
}

fn parse_graph_format(text: &str) -> Result<report::GraphFormat, String> {
    text.parse().map_err(|error: report::ParseFormatError| error.to_string())
}

fn parse_table_format(text: &str) -> Result<report::TableFormat, String> {
    text.parse().map_err(|error: report::ParseFormatError| error.to_string())
}

fn parse_account(text: &str) -> Result<String, String> {
    let is_account = text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_account { Ok(text.to_owned()) } else { Err(format!("`{text}` is not twelve digits")) }
}

fn parse_partition(text: &str) -> Result<String, String> {
    let is_partition = text == "aws" || text.starts_with("aws-");
    let wrong = || format!("`{text}` is no partition, such as `aws`, `aws-cn`, `aws-us-gov`");
    if is_partition { Ok(text.to_owned()) } else { Err(wrong()) }
}

fn parse_pair(text: &str) -> Result<(String, String), String> {
    text.split_once('=')
        .filter(|(name, _)| !name.is_empty())
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .ok_or_else(|| format!("`{text}` is not `NAME=VALUE`"))
}

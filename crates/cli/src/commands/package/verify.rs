//! `faasguard package verify`

mod compared;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context as _, bail};
use attestation::{Artifact, Deployed, Digest, PublicKey, Statement};
use clap::Args;
use jiff::{SignedDuration, Timestamp};

use self::compared::Compared;
use super::{digests::artifact, statement};
use crate::{input, output};

const HOURS_OF_A_DAY: i64 = 24;
/// Hours by which the clocks of two machines may differ.
const CLOCK_HOURS: i64 = 24;

/// `package verify`
#[derive(Args, Debug)]
pub(crate) struct VerifyOptions {
    /// Package of a function; may be left out with --deployed
    #[arg(value_name = "ZIP", required_unless_present = "deployed")]
    pub(crate) package: Option<PathBuf>,
    /// What `faasguard package attest` wrote; several for the packages of several functions
    #[arg(long = "attestation", value_name = "FILE", required = true)]
    pub(crate) attestations: Vec<PathBuf>,
    /// Public key of who attested, in PEM; of several, one must have signed
    #[arg(long = "key", value_name = "FILE", required = true)]
    pub(crate) keys: Vec<PathBuf>,
    /// Package of a layer; give them in the order of the function
    #[arg(long = "layer", value_name = "ZIP", requires = "package")]
    pub(crate) layers: Vec<PathBuf>,
    /// Bill of materials of the package
    #[arg(long, value_name = "FILE", requires = "package")]
    pub(crate) sbom: Option<PathBuf>,
    /// `CodeSha256` of the deployed function, as `aws lambda get-function-configuration` tells it
    #[arg(long, value_name = "BASE64", value_parser = parse_digest, requires = "package")]
    pub(crate) code_sha256: Option<Digest>,
    /// What is deployed: what `aws lambda get-function-configuration`, `list-functions` or
    /// `get-layer-version` printed
    #[arg(long, value_name = "FILE")]
    pub(crate) deployed: Vec<PathBuf>,
    /// Of what is deployed look at this function only, `orders` or `orders:3`
    #[arg(long = "function", value_name = "NAME", requires = "deployed")]
    pub(crate) functions: Vec<String>,
    /// Refuse attestations that are older
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u16))]
    pub(crate) max_age: Option<u16>,
}

fn parse_digest(text: &str) -> Result<Digest, String> {
    Digest::from_base64(text)
        .ok_or_else(|| format!("`{text}` is no SHA-256 in base64 (44 characters)"))
}

/// Runs the command.
pub(crate) fn run(options: &VerifyOptions) -> anyhow::Result<ExitCode> {
    let mut compared = Compared::default();
    let mut lines = Vec::new();
    let statements = statements(options, &mut compared, &mut lines)?;
    if let Some(package) = &options.package
        && !statements.is_empty()
    {
        compare(options, package, &statements, &mut compared)?;
    }
    if !options.deployed.is_empty() && !statements.is_empty() {
        compare_deployed(options, &statements, &mut compared)?;
    }
    let code = compared.exit_code();
    lines.extend(compared.lines());
    let lines: Vec<_> = lines.iter().map(|line| report::visible(line)).collect();
    output::print(&lines.join("\n"))?;
    Ok(code)
}

/// The statements that one of the keys vouches for; of each other one it is told why not.
fn statements(
    options: &VerifyOptions,
    compared: &mut Compared,
    lines: &mut Vec<String>,
) -> anyhow::Result<Vec<Statement>> {
    let keys: Vec<PublicKey> =
        options.keys.iter().map(|it| statement::key(it)).collect::<Result<_, _>>()?;
    let mut statements = Vec::new();
    for path in &options.attestations {
        let shown = path.display();
        let Some(statement) = statement::signed(path, &keys)? else {
            let keys: Vec<_> =
                options.keys.iter().map(|it| format!("`{}`", it.display())).collect();
            let keys = keys.join(" or ");
            compared.differences.push(format!(
                "not signed: no signature in `{shown}` is of the key {keys}, or it was changed"
            ));
            continue;
        };
        let (by, from) = (by(&statement), from(&statement));
        lines.push(format!("attested at {}{by}{from}", statement.time));
        if let Some(most) = options.max_age {
            let time: Timestamp = statement.time.parse().with_context(|| {
                format!("{shown}: `{}` is no time, so that its age is not known", statement.time)
            })?;
            age(&shown.to_string(), time, most, compared);
        }
        statements.push(statement);
    }
    Ok(statements)
}

/// Tells when an attestation is too old, or made after now.
fn age(shown: &str, time: Timestamp, most: u16, compared: &mut Compared) {
    let age = Timestamp::now().duration_since(time);
    let days = age.as_hours() / HOURS_OF_A_DAY;
    if age > SignedDuration::from_hours(i64::from(most) * HOURS_OF_A_DAY) {
        compared.differences.push(format!(
            "expired: `{shown}` is {days} days old, more than the {most} of --max-age; attest the package again"
        ));
    } else if age < SignedDuration::from_hours(-CLOCK_HOURS) {
        compared.differences.push(format!(
            "not yet valid: `{shown}` is from after now; set the clock of who attests"
        ));
    }
}

/// The package with its layers and its bill of materials.
fn compare(
    options: &VerifyOptions,
    package: &Path,
    statements: &[Statement],
    compared: &mut Compared,
) -> anyhow::Result<()> {
    let found = artifact(package)?;
    let is_same = |it: &&Statement| it.package.sha256 == found.sha256;
    let is_named = |it: &&Statement| it.package.name == found.name;
    let chosen = match statements {
        [one] => Some(one),
        all => all.iter().find(is_same).or_else(|| all.iter().find(is_named)),
    };
    let Some(statement) = chosen else {
        let (name, digest, count) = (&found.name, found.sha256.hex(), statements.len());
        compared.differences.push(format!(
            "drift: the package `{name}` has sha256 {digest}, which none of the {count} attestations names"
        ));
        return Ok(());
    };
    compared.file("the package", &found, &statement.package);
    let layers = options.layers.iter().map(|it| artifact(it));
    let layers: Vec<Artifact> = layers.collect::<anyhow::Result<_>>()?;
    compared.layers(&layers, statement);
    match (&options.sbom, &statement.sbom) {
        (Some(path), Some(attested)) => {
            compared.file("the bill of materials", &artifact(path)?, attested);
        }
        (Some(path), None) => {
            let shown = path.display();
            compared.not_given.push(format!(
                "not looked at: no bill of materials was attested that `{shown}` could be"
            ));
        }
        (None, Some(attested)) => {
            let name = &attested.name;
            compared.notes.push(format!(
                "not looked at: the bill of materials `{name}` was attested, too; add --sbom"
            ));
        }
        (None, None) => {}
    }
    if let Some(deployed) = options.code_sha256 {
        compared.code(deployed, statement);
    }
    Ok(())
}

/// The functions of an account.
fn compare_deployed(
    options: &VerifyOptions,
    statements: &[Statement],
    compared: &mut Compared,
) -> anyhow::Result<()> {
    let mut deployed = Deployed::default();
    for path in &options.deployed {
        let shown = path.display();
        let text = input::read_text(path).with_context(|| format!("cannot read `{shown}`"))?;
        deployed.read(text.as_bytes()).with_context(|| format!("{shown}"))?;
    }
    if deployed.functions.is_empty() {
        bail!(
            "no file of --deployed tells of a function; add what `aws lambda get-function-configuration` prints"
        );
    }
    let mut met = vec![false; options.functions.len()];
    for function in &deployed.functions {
        let version = function.version.as_deref().unwrap_or("$LATEST");
        let with_version = format!("{}:{version}", function.name);
        let mut is_wanted = options.functions.is_empty();
        for (name, met) in options.functions.iter().zip(&mut met) {
            let is_meant = *name == function.name || *name == with_version;
            *met |= is_meant;
            is_wanted |= is_meant;
        }
        if is_wanted {
            compared.function(function, &deployed, statements);
        }
    }
    for (name, _) in options.functions.iter().zip(met).filter(|(_, met)| !met) {
        compared
            .not_given
            .push(format!("not looked at: what is deployed tells of no function `{name}`"));
    }
    if deployed.breaks_off && options.functions.is_empty() {
        compared.not_given.push(
            "not looked at: there are more functions on the next pages of the list; write it without --max-items"
                .to_owned(),
        );
    }
    Ok(())
}

fn by(statement: &Statement) -> String {
    statement.builder.as_ref().map_or(String::new(), |it| format!(" by `{it}`"))
}

fn from(statement: &Statement) -> String {
    statement.revision.as_ref().map_or(String::new(), |it| format!(" from revision `{it}`"))
}

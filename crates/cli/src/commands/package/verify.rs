//! `faasguard package verify`

use std::{path::PathBuf, process::ExitCode};

use anyhow::Context as _;
use attestation::{Artifact, Digest, Envelope, EnvelopeError, PublicKey, Statement};
use clap::Args;

use super::mapped::artifact;
use crate::{input, output};

/// Exit code when what is there is not what was attested.
const DRIFT: u8 = 1;
/// Exit code when that cannot be judged.
const UNKNOWN: u8 = 2;

/// `package verify`
#[derive(Args, Debug)]
pub(crate) struct VerifyOptions {
    /// Package of a function
    #[arg(value_name = "ZIP")]
    pub(crate) package: PathBuf,
    /// What `faasguard package attest` wrote
    #[arg(long, value_name = "FILE")]
    pub(crate) attestation: PathBuf,
    /// Public key of who attested, in PEM
    #[arg(long, value_name = "FILE")]
    pub(crate) key: PathBuf,
    /// Package of a layer; give them in the order of the function
    #[arg(long = "layer", value_name = "ZIP")]
    pub(crate) layers: Vec<PathBuf>,
    /// Bill of materials of the package
    #[arg(long, value_name = "FILE")]
    pub(crate) sbom: Option<PathBuf>,
    /// `CodeSha256` of the deployed function, as `aws lambda get-function-configuration` tells it
    #[arg(long, value_name = "BASE64", value_parser = parse_digest)]
    pub(crate) code_sha256: Option<Digest>,
}

fn parse_digest(text: &str) -> Result<Digest, String> {
    Digest::from_base64(text)
        .ok_or_else(|| format!("`{text}` is no SHA-256 in base64 (44 characters)"))
}

/// Runs the command.
pub(crate) fn run(options: &VerifyOptions) -> anyhow::Result<ExitCode> {
    let shown = options.key.display();
    let pem = input::read_text(&options.key).with_context(|| format!("cannot read `{shown}`"))?;
    let key = PublicKey::from_pem(pem.as_bytes()).with_context(|| format!("{shown}"))?;
    let shown = options.attestation.display();
    let text = input::read_text(&options.attestation);
    let text = text.with_context(|| format!("cannot read `{shown}`"))?;
    let envelope = Envelope::from_json(text.as_bytes()).with_context(|| format!("{shown}"))?;
    let payload = match envelope.verify(&key) {
        Err(EnvelopeError::NotSigned) => {
            let key = options.key.display();
            say(&[format!(
                "not signed: no signature in `{shown}` is of the key `{key}`, or it was changed"
            )])?;
            return Ok(ExitCode::from(DRIFT));
        }
        other => other.with_context(|| format!("{shown}"))?,
    };
    let statement = Statement::from_json(payload).with_context(|| format!("{shown}"))?;
    let compared = compare(options, &statement)?;
    let code = match (&*compared.differences, &*compared.not_given) {
        ([], []) => 0,
        ([], _) => UNKNOWN,
        _ => DRIFT,
    };
    let mut lines =
        vec![format!("attested at {}{}{}", statement.time, by(&statement), from(&statement))];
    lines.extend(compared.same);
    lines.extend(compared.differences);
    lines.extend(compared.not_given);
    lines.extend(compared.notes);
    say(&lines)?;
    Ok(ExitCode::from(code))
}

/// Lines about what was compared.
#[derive(Default)]
struct Compared {
    same: Vec<String>,
    differences: Vec<String>,
    /// What was attested and cannot be judged.
    not_given: Vec<String>,
    notes: Vec<String>,
}

impl Compared {
    fn file(&mut self, what: &str, found: &Artifact, attested: &Artifact) {
        let name = &found.name;
        if found.sha256 == attested.sha256 {
            self.same.push(format!("same: {what} `{name}`, sha256 {}", found.sha256.hex()));
        } else {
            let (here, there) = (found.sha256.hex(), attested.sha256.hex());
            let other = &attested.name;
            self.differences.push(format!(
                "drift: {what} `{name}` has sha256 {here}, attested was `{other}` with {there}"
            ));
        }
    }
}

fn compare(options: &VerifyOptions, statement: &Statement) -> anyhow::Result<Compared> {
    let mut compared = Compared::default();
    compared.file("the package", &artifact(&options.package)?, &statement.package);
    for (index, path) in options.layers.iter().enumerate() {
        let found = artifact(path)?;
        let what = format!("layer {}", index + 1);
        if let Some(attested) = statement.layers.get(index) {
            compared.file(&what, &found, attested);
        } else {
            let name = &found.name;
            compared.differences.push(format!("drift: {what} `{name}` was not attested"));
        }
    }
    for (index, attested) in statement.layers.iter().enumerate().skip(options.layers.len()) {
        let (name, number) = (&attested.name, index + 1);
        compared.not_given.push(format!(
            "not looked at: layer {number} `{name}` was attested and is not given; add --layer"
        ));
    }
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
        let attested = statement.package.sha256;
        if deployed == attested {
            compared
                .same
                .push(format!("same: the deployed code, CodeSha256 {}", deployed.base64()));
        } else {
            let (here, there) = (deployed.base64(), attested.base64());
            compared.differences.push(format!(
                "drift: the deployed code has CodeSha256 {here}, attested was {there}; deploy the attested package"
            ));
        }
    }
    Ok(compared)
}

fn by(statement: &Statement) -> String {
    statement.builder.as_ref().map_or(String::new(), |it| format!(" by `{it}`"))
}

fn from(statement: &Statement) -> String {
    statement.revision.as_ref().map_or(String::new(), |it| format!(" from revision `{it}`"))
}

fn say(lines: &[String]) -> anyhow::Result<()> {
    let lines: Vec<_> = lines.iter().map(|line| report::visible(line)).collect();
    output::print(&lines.join("\n"))
}

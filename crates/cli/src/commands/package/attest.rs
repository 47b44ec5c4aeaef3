//! `faasguard package attest`

use std::{path::PathBuf, process::ExitCode};

use anyhow::Context as _;
use attestation::{Envelope, SigningKey, Statement};
use clap::Args;

use super::{digests::artifact, revision};
use crate::{input, output};

/// `package attest`
#[derive(Args, Debug)]
pub(crate) struct AttestOptions {
    /// Package of a function
    #[arg(value_name = "ZIP")]
    pub(crate) package: PathBuf,
    /// Private key that signs: ECDSA P-256 or Ed25519, PKCS#8 in PEM, not encrypted
    #[arg(long, value_name = "FILE")]
    pub(crate) key: PathBuf,
    /// Package of a layer; give them in the order of the function
    #[arg(long = "layer", value_name = "ZIP")]
    pub(crate) layers: Vec<PathBuf>,
    /// Bill of materials of the package, named by its hash
    #[arg(long, value_name = "FILE")]
    pub(crate) sbom: Option<PathBuf>,
    /// Revision that it was built from; by default that of the git repository around this folder
    #[arg(long, value_name = "REVISION")]
    pub(crate) revision: Option<String>,
    /// Who builds: a person, a machine, the address of a pipeline
    #[arg(long, value_name = "ID")]
    pub(crate) builder: Option<String>,
    /// Name of the key to write beside the signature, for programs that ask for one; nobody signs it
    #[arg(long, value_name = "ID")]
    pub(crate) key_id: Option<String>,
    /// Write to a file and not to standard output
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

/// Runs the command.
pub(crate) fn run(options: &AttestOptions) -> anyhow::Result<ExitCode> {
    let shown = options.key.display();
    let pem = input::read_text(&options.key).with_context(|| format!("cannot read `{shown}`"))?;
    let key = SigningKey::from_pem(pem.as_bytes()).with_context(|| format!("{shown}"))?;
    let revision = match &options.revision {
        Some(revision) => Some(revision.clone()),
        None => revision::of_folder(&std::env::current_dir()?),
    };
    if revision.is_none() {
        eprintln!(
            "warning: there is no git repository here, so that no revision is attested; add --revision"
        );
    }
    let statement = Statement {
        package: artifact(&options.package)?,
        layers: options.layers.iter().map(|it| artifact(it)).collect::<anyhow::Result<_>>()?,
        sbom: options.sbom.as_ref().map(|it| artifact(it)).transpose()?,
        revision,
        builder: options.builder.clone(),
        time: jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
    };
    let envelope = Envelope::sign(statement.to_json(), &key, options.key_id.as_deref())?;
    match &options.output {
        Some(path) => output::write(path, &envelope.to_json())?,
        None => output::print(&envelope.to_json())?,
    }
    Ok(ExitCode::SUCCESS)
}

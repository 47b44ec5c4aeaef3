//! What was seen elsewhere of what is scanned: logs with what guards told, trails, attestations, an earlier
//! result.

mod usage;

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use ::scan::SeenElsewhere;
use anyhow::{Context as _, bail};
use attestation::{Deployed, PublicKey, Statement};
use clap::Args;
use lambda_log::{Entry, Limits, Record};
use log_files::Work;
use run_evidence::{Earlier, Observed, Revisions};

use super::package::statement;
use crate::{commands::reading::tell_remarks, input};

pub(crate) use usage::UsageSources;

/// What was seen elsewhere.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "What was seen elsewhere")]
pub(crate) struct EvidenceOptions {
    /// Logs of functions, files and folders in any form: invocations, and what guards told
    #[arg(long, value_name = "PATH")]
    pub(crate) guard: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) usage: UsageSources,
    /// What `faasguard package attest` wrote for packages of the functions; with `--key`
    #[arg(long = "attestation", value_name = "FILE", requires = "keys")]
    pub(crate) attestations: Vec<PathBuf>,
    /// Public key of who attested, in PEM; of several, one must have signed
    #[arg(long = "key", value_name = "FILE", requires = "attestations", id = "keys")]
    pub(crate) keys: Vec<PathBuf>,
    /// What is deployed, as `aws lambda list-functions` printed it; a snapshot tells by itself
    #[arg(long, value_name = "FILE", requires = "attestations")]
    pub(crate) deployed: Vec<PathBuf>,
    /// Earlier result (`-o scan.json`): since when findings are open, and which are closed
    #[arg(long, value_name = "FILE")]
    pub(crate) earlier: Option<PathBuf>,
}

impl EvidenceOptions {
    /// Reads all of it. A log or a trail of which something cannot be read is told; a document that is not
    /// what it should be ends the run.
    pub(crate) fn read(&self) -> anyhow::Result<SeenElsewhere> {
        let observed = observed(&self.guard)?;
        if observed.as_ref().is_some_and(Observed::is_empty) {
            eprintln!("--guard: no record in these logs tells of an invocation or of a guard");
        }
        Ok(SeenElsewhere {
            observed: observed.map(Arc::new),
            usage: self.usage.read()?.map(Arc::new),
            revisions: self.revisions()?.map(Arc::new),
            earlier: self.earlier()?,
            now: Some(jiff::Timestamp::now().as_millisecond()),
        })
    }

    fn revisions(&self) -> anyhow::Result<Option<Revisions>> {
        if self.attestations.is_empty() {
            return Ok(None);
        }
        let keys: Vec<PublicKey> =
            self.keys.iter().map(|it| statement::key(it)).collect::<Result<_, _>>()?;
        let mut statements: Vec<Statement> = Vec::new();
        for path in &self.attestations {
            match statement::signed(path, &keys)? {
                Some(statement) => statements.push(statement),
                None => bail!(
                    "no signature in `{}` is of the key, or it was changed: it vouches for nothing",
                    path.display()
                ),
            }
        }
        let mut deployed = Deployed::default();
        for path in &self.deployed {
            let shown = path.display();
            let text = input::read_text(path).with_context(|| format!("cannot read `{shown}`"))?;
            deployed.read(text.as_bytes()).with_context(|| format!("{shown}"))?;
        }
        if deployed.breaks_off {
            eprintln!("--deployed: the list goes on; functions of further pages are not known");
        }
        Ok(Some(Revisions::new(&statements, &deployed)))
    }

    fn earlier(&self) -> anyhow::Result<Option<(Arc<Earlier>, String)>> {
        let Some(path) = &self.earlier else { return Ok(None) };
        let shown = path.display().to_string();
        let text = input::read_text(path).with_context(|| format!("cannot read `{shown}`"))?;
        let earlier = Earlier::parse(text.as_bytes()).with_context(|| format!("`{shown}`"))?;
        Ok(Some((Arc::new(earlier), shown)))
    }
}

/// What functions did, out of their logs; nothing when none are named.
pub(crate) fn observed(paths: &[PathBuf]) -> anyhow::Result<Option<Observed>> {
    if paths.is_empty() {
        return Ok(None);
    }
    let found = log_files::find_logs(paths)?;
    // One for all files: a line that stands in two exports counts once.
    let observed = Mutex::new(Observed::default());
    let add = |file: &mut String, entry: &Entry<'_>| {
        if matches!(entry.record, Record::Report(_) | Record::Guard(_)) {
            observed.lock().unwrap_or_else(PoisonError::into_inner).add(entry, file);
        }
    };
    let totals = log_files::read_logs(
        &found.files,
        Limits::default(),
        0,
        &mut Work {
            begin: &|path| path.display().to_string(),
            add: &add,
            end: &mut |_, _| {},
            progress: &|_, _| {},
        },
    );
    tell_remarks(&found.remarks);
    tell_remarks(&totals.remarks);
    Ok(Some(observed.into_inner().unwrap_or_else(PoisonError::into_inner)))
}

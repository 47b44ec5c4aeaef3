//! What detectors go by: what they learned before, what is attested, which accounts belong together.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use anyhow::{Context as _, bail};
use attestation::{Envelope, PublicKey, Statement};
use clap::Args;
use detection::{Attested, Settings, Watch};

use crate::input;

/// Largest baseline that is read, in bytes.
const MAX_BASELINE: u64 = 512 << 20;
const DAY: i64 = 86_400;
/// Name of the baseline in the folder of a run that goes on.
const BASELINE: &str = "baseline.json";

/// Options of the detectors.
#[derive(Args, Debug)]
pub(crate) struct WatchingOptions {
    /// Where detectors keep what is normal; read when it is there, and written at the end
    #[arg(long, value_name = "FILE", conflicts_with = "no_builtin")]
    pub(crate) baseline: Option<PathBuf>,
    /// Days for which a function is learned before what is new is told
    #[arg(long, value_name = "DAYS", default_value = "7")]
    pub(crate) learn: u16,
    /// An account of your own, twelve digits; may be given several times
    #[arg(long, value_name = "ACCOUNT", value_parser = parse_account)]
    pub(crate) own_account: Vec<String>,
    /// What `faasguard package attest` wrote: code that none of them names is told
    #[arg(long = "attestation", value_name = "FILE", requires = "keys")]
    pub(crate) attestations: Vec<PathBuf>,
    /// Public key of who attested, in PEM; of several, one must have signed
    #[arg(long = "key", value_name = "FILE", requires = "attestations")]
    pub(crate) keys: Vec<PathBuf>,
}

fn parse_account(text: &str) -> Result<String, String> {
    let is_account = text.len() == 12 && text.bytes().all(|it| it.is_ascii_digit());
    is_account.then(|| text.to_owned()).ok_or_else(|| format!("`{text}` is no twelve digits"))
}

impl WatchingOptions {
    /// Detectors, with what they learned before.
    pub(super) fn watch(&self, state: Option<&Path>) -> anyhow::Result<Mutex<Watch>> {
        let settings = Settings {
            learn_s: i64::from(self.learn) * DAY,
            own_accounts: self.own_account.clone(),
            attested: self.attested()?,
        };
        let watch = match &self.path(state) {
            None => Watch::new(settings),
            Some(path) => {
                let shown = path.display();
                match fs::metadata(path) {
                    Ok(about) if about.len() > MAX_BASELINE => {
                        bail!("`{shown}` is too large to be a baseline")
                    }
                    Err(error) if error.kind() == io::ErrorKind::NotFound => Watch::new(settings),
                    _ => {
                        let bytes =
                            fs::read(path).with_context(|| format!("cannot read `{shown}`"))?;
                        Watch::restore(settings, &bytes).with_context(|| format!("`{shown}`"))?
                    }
                }
            }
        };
        Ok(Mutex::new(watch))
    }

    /// Tells what was deployed, and writes what was learned.
    pub(super) fn keep(&self, watch: &Mutex<Watch>, state: Option<&Path>) -> anyhow::Result<()> {
        let known = watch.lock().unwrap_or_else(PoisonError::into_inner);
        for it in known.deployments().iter().filter(|it| it.is_attested) {
            let revision = it.revision.as_deref().unwrap_or("unknown");
            let text = format!(
                "deployed: {} at revision {revision} by {}, {}",
                it.function,
                it.principal,
                audit_event::Time(it.time),
            );
            eprintln!("{}", report::visible(&text));
        }
        drop(known);
        self.write(watch, state)
    }

    /// Where what is normal is kept: as asked for, else in the folder of a run that goes on.
    fn path(&self, state: Option<&Path>) -> Option<PathBuf> {
        self.baseline.clone().or_else(|| state.map(|it| it.join(BASELINE)))
    }

    /// Writes what is normal, whole or not at all.
    pub(super) fn write(&self, watch: &Mutex<Watch>, state: Option<&Path>) -> anyhow::Result<()> {
        let Some(path) = self.path(state) else { return Ok(()) };
        let snapshot = watch.lock().unwrap_or_else(PoisonError::into_inner).snapshot();
        let written = run_state::replace(&path, snapshot.as_bytes());
        written.with_context(|| format!("cannot write `{}`", path.display()))
    }

    fn attested(&self) -> anyhow::Result<Attested> {
        let mut keys = Vec::new();
        for path in &self.keys {
            let shown = path.display();
            let pem = input::read_text(path).with_context(|| format!("cannot read `{shown}`"))?;
            keys.push(PublicKey::from_pem(pem.as_bytes()).with_context(|| format!("{shown}"))?);
        }
        let mut attested = Attested::default();
        for path in &self.attestations {
            let shown = path.display();
            let text = input::read_text(path).with_context(|| format!("cannot read `{shown}`"))?;
            let envelope =
                Envelope::from_json(text.as_bytes()).with_context(|| format!("{shown}"))?;
            let Some(payload) = keys.iter().find_map(|key| envelope.verify(key).ok()) else {
                bail!("{shown}: no signature is of a key that was given, or it was changed");
            };
            attested.add(&Statement::from_json(payload).with_context(|| format!("{shown}"))?);
        }
        Ok(attested)
    }
}

//! What roles did, out of trails or out of the result of `trail usage`.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;
use trail_usage::Usage;

use crate::input;

/// Resources told of one action when several results are put together.
const RESOURCES: usize = 1_000;

/// Where it is told what roles did.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct UsageSources {
    /// Files and folders of CloudTrail: what roles were seen to do
    #[arg(long = "trail", value_name = "PATH")]
    pub(crate) trails: Vec<PathBuf>,
    /// Result of `faasguard trail usage -o usage.json`, in place of the trail or beside it
    #[arg(long, value_name = "FILE")]
    pub(crate) usage: Vec<PathBuf>,
}

impl UsageSources {
    /// What was seen; nothing when no source is named.
    pub(crate) fn read(&self) -> anyhow::Result<Option<Usage>> {
        let mut all: Option<Usage> = None;
        let mut add = |usage: Usage| {
            all = Some(match all.take() {
                Some(known) => known.merge(usage, RESOURCES),
                None => usage,
            });
        };
        if !self.trails.is_empty() {
            let request = trail_files::Request { paths: self.trails.clone(), ..Default::default() };
            let outcome = trail_files::read_usage(&request, &|_, _| {})?;
            crate::commands::trail::usage::tell(&outcome);
            add(outcome.usage);
        }
        for path in &self.usage {
            let shown = path.display();
            let text = input::read_text(path).with_context(|| format!("cannot read `{shown}`"))?;
            add(Usage::from_json(&text).with_context(|| {
                format!("`{shown}`; files of CloudTrail themselves go to `--trail`")
            })?);
        }
        Ok(all)
    }
}

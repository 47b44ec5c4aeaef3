//! What is read again: documents and logs that changed, the scan when one of its files did, the lake on demand.

use std::{
    convert::identity,
    panic::{AssertUnwindSafe, catch_unwind},
    path::PathBuf,
    time::{Duration, Instant},
};

use ::dashboard::State;
use ::scan::Changes;
use anyhow::anyhow;
use dashboard_view::{Documents, Site};

use super::{DashboardOptions, inputs, inputs::Scanned, lake, lake::Answers};

/// How often files are looked at with `--follow`.
const TICK: Duration = Duration::from_secs(1);
/// Looking at files takes at most one part in so many of the time, however many there are.
const LEAST_REST: u32 = 10;

/// When the files were changed of which something is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Stamp {
    /// Below the paths that are scanned.
    scanned: Changes,
    /// Of the documents, logs, series and traces.
    read: Changes,
}

/// What is shown, and how its next state is made.
#[derive(Debug)]
pub(super) struct Follower {
    options: DashboardOptions,
    paths: Vec<PathBuf>,
    scanned: Scanned,
    /// Why the last scan gave nothing; the results of the one before are shown.
    fault: Option<String>,
    lake: Option<Answers>,
    /// The state of the files that is shown.
    shown: Stamp,
}

impl Follower {
    /// Scans and asks the lake for the first time; here a scan that fails ends the program.
    pub(super) fn start(options: DashboardOptions, paths: Vec<PathBuf>) -> anyhow::Result<Self> {
        // Before the work: what changes while it is done is looked at again.
        let shown = if options.follow { stamp(&options, &paths) } else { Stamp::default() };
        let scanned = inputs::scan(&options, &paths)?;
        let lake = options.lake.as_deref().map(lake::ask);
        Ok(Self { options, paths, scanned, fault: None, lake, shown })
    }

    /// Everything that is shown, as it is now.
    pub(super) fn documents(&self) -> Documents {
        let mut documents = inputs::documents(&self.options, &self.scanned);
        if let Some(fault) = &self.fault {
            documents.remark(fault.clone());
        }
        for table in self.lake.iter().flat_map(|it| &it.tables) {
            let asked = self.lake.as_ref().map_or("", |it| &it.asked);
            documents.add_table(table.clone(), asked);
        }
        documents
    }

    /// Shows a new state when a file has changed and when the lake was asked again, until the program ends.
    pub(super) fn run(mut self, state: &State) {
        let mut version = 1;
        let mut seen = self.shown.clone();
        let mut rest = TICK;
        loop {
            let is_wished = state.wish_within(rest);
            if is_wished {
                self.lake = self.options.lake.as_deref().map(lake::ask);
            }
            let mut is_new = is_wished;
            if self.options.follow {
                let began = Instant::now();
                let now = stamp(&self.options, &self.paths);
                rest = TICK.max(began.elapsed() * LEAST_REST);
                // A file that is being written changes again: it is read when it has been still for a moment.
                if now == seen && now != self.shown {
                    self.read_again(&now);
                    is_new = true;
                }
                seen = now;
            }
            if is_new {
                version += 1;
                let next = || Site::new(self.documents(), version, self.options.follow);
                match contained(next) {
                    Ok(site) => state.replace(site),
                    Err(fault) => eprintln!("what changed cannot be shown: {fault}"),
                }
            }
        }
    }

    /// Scans again where that may say something else.
    fn read_again(&mut self, now: &Stamp) {
        if now.scanned != self.shown.scanned {
            let scanned = contained(|| inputs::scan(&self.options, &self.paths));
            match scanned.and_then(identity) {
                Ok(scanned) => (self.scanned, self.fault) = (scanned, None),
                Err(error) => {
                    let fault = format!(
                        "the scan after a change failed, and the results of the one before are shown: {error:#}"
                    );
                    eprintln!("{}", report::visible(&fault));
                    self.fault = Some(fault);
                }
            }
        }
        self.shown.clone_from(now);
    }
}

/// Does something whose fault must not end the following.
fn contained<T>(work: impl FnOnce() -> T) -> anyhow::Result<T> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|_| anyhow!("that is a fault of faasguard"))
}

fn stamp(options: &DashboardOptions, paths: &[PathBuf]) -> Stamp {
    let watched: Vec<PathBuf> = paths.iter().chain(&options.vulndb).cloned().collect();
    let scanned = if paths.is_empty() { Changes::new() } else { ::scan::changes_of(&watched) };
    Stamp { scanned, read: inputs::changes(options) }
}

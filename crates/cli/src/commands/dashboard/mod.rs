//! `faasguard dashboard`

mod follow;
mod inputs;
mod lake;

use std::{net::SocketAddr, path::PathBuf, process::ExitCode, sync::Arc, thread};

use ::dashboard::{Folder, Server, State};
use anyhow::Context as _;
use clap::Args;
use dashboard_view::{NoSource, Site, SourceLines};

use self::follow::Follower;
use crate::{arguments::DeploymentOptions, output};

/// `dashboard`
#[derive(Args, Clone, Debug)]
pub(crate) struct DashboardOptions {
    /// Files and folders to scan before the pages are shown; without any input `.`
    pub(crate) paths: Vec<PathBuf>,
    /// JSON of `scan`, `graph`, `iam generate`, `scan --checklist` or `trail usage`, told apart by what they
    /// say of themselves; may be given several times
    #[arg(long = "scan", value_name = "FILE")]
    pub(crate) scans: Vec<PathBuf>,
    /// Folder that `--scan` was made of: lines of its files are shown
    #[arg(long, value_name = "DIR")]
    pub(crate) root: Option<PathBuf>,
    /// Alerts of `trail detect --format jsonl`, files and folders of them
    #[arg(long, value_name = "PATH")]
    pub(crate) alerts: Vec<PathBuf>,
    /// Logs of functions in which the guard wrote, files and folders
    #[arg(long, value_name = "PATH")]
    pub(crate) guard: Vec<PathBuf>,
    /// Series of metrics (CSV, answers of CloudWatch) and logs of functions, files and folders
    #[arg(long, value_name = "PATH")]
    pub(crate) metrics: Vec<PathBuf>,
    /// Segments of X-Ray (also answers of `aws xray batch-get-traces`) and spans of OpenTelemetry (OTLP, JSON or protobuf),
    /// files and folders
    #[arg(long, value_name = "PATH")]
    pub(crate) traces: Vec<PathBuf>,
    /// JSON of `trail usage`
    #[arg(long, value_name = "FILE")]
    pub(crate) usage: Vec<PathBuf>,
    /// Lake that its named questions are asked of, by the program `faasguard-lake`
    #[arg(long, value_name = "DIR")]
    pub(crate) lake: Option<PathBuf>,
    /// Index of advisories (`faasguard vulndb`) that packages are looked up in, when PATH is scanned
    #[arg(long, value_name = "FILE")]
    pub(crate) vulndb: Option<PathBuf>,
    /// Read files again when they change, scan again when a file below PATH does, and show it
    #[arg(long)]
    pub(crate) follow: bool,
    /// Address of the loopback to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    pub(crate) listen: SocketAddr,
    /// What is known of the deployment
    #[command(flatten)]
    pub(crate) deployment: DeploymentOptions,
}

impl DashboardOptions {
    /// What is scanned: what is named, else this folder when nothing at all is given.
    fn scanned(&self) -> Vec<PathBuf> {
        let lists =
            [&self.scans, &self.alerts, &self.guard, &self.metrics, &self.traces, &self.usage];
        let has_input = self.lake.is_some() || lists.iter().any(|it| !it.is_empty());
        if self.paths.is_empty() && !has_input {
            vec![PathBuf::from(".")]
        } else {
            self.paths.clone()
        }
    }

    fn source(&self, scanned: &[PathBuf]) -> anyhow::Result<Box<dyn SourceLines + Send + Sync>> {
        let folder = match (&self.root, scanned) {
            (Some(root), _) => root,
            (None, [one]) => one,
            // Paths of several roots are not told apart.
            (None, _) => return Ok(Box::new(NoSource)),
        };
        let folder = Folder::new(folder)
            .with_context(|| format!("the folder `{}` cannot be found", folder.display()))?;
        Ok(Box::new(folder))
    }
}

/// Runs the command.
pub(crate) fn run(options: &DashboardOptions) -> anyhow::Result<ExitCode> {
    // Before the work: an address that cannot be had must not cost a scan.
    let server = Server::bind(options.listen)?;
    let scanned = options.scanned();
    let source = options.source(&scanned)?;
    let follower = Follower::start(options.clone(), scanned)?;
    let site = Site::new(follower.documents(), 1, options.follow);
    let state = Arc::new(State::new(site, source));
    output::print(&format!("{}\n", server.url()))?;
    eprintln!("the address holds the token of this run; Ctrl-C ends it");
    if options.follow || options.lake.is_some() {
        let state = Arc::clone(&state);
        thread::spawn(move || follower.run(&state));
    }
    server.run(&state)?;
    Ok(ExitCode::SUCCESS)
}

//! `faasguard vulndb update`

use std::{io::IsTerminal as _, path::PathBuf, process::ExitCode};

use advisory_files::{BASE, EPSS, KEV, Mapped, Progress, Update};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use jiff::Timestamp;

use super::Form;

/// `vulndb update`
#[derive(Args, Debug)]
pub(crate) struct UpdateOptions {
    /// The index to write or to bring up to date
    #[arg(long, value_name = "FILE")]
    pub(crate) db: PathBuf,
    /// An ecosystem to fetch, by its name in OSV (`npm`, `PyPI` …); may be given several times; by default
    /// those of the index that is there, else all eight
    #[arg(long = "ecosystem", value_name = "NAME")]
    pub(crate) ecosystems: Vec<String>,
    /// Where the dumps are fetched: the public ones of osv.dev, or a mirror with the same layout
    #[arg(long, value_name = "URL", default_value = BASE)]
    pub(crate) from: String,
    /// Fetch the scores of EPSS, too: how likely each flaw is to be exploited; kept for later updates
    #[arg(
        long, value_name = "URL", num_args = 0..=1, require_equals = true, default_missing_value = EPSS
    )]
    pub(crate) epss: Option<String>,
    /// Fetch CISA's catalogue of exploited vulnerabilities, too; kept for later updates
    #[arg(
        long, value_name = "URL", num_args = 0..=1, require_equals = true, default_missing_value = KEV
    )]
    pub(crate) kev: Option<String>,
    /// Folder that keeps the dumps for the next update; by default `FILE.sources`
    #[arg(long, value_name = "DIR")]
    pub(crate) cache: Option<PathBuf>,
    /// Form of the result
    #[arg(long, value_enum, default_value = "terminal")]
    pub(crate) format: Form,
    /// Exit with 3 when a record was not read
    #[arg(long)]
    pub(crate) strict: bool,
    /// Print no progress
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

/// Runs the command.
pub(crate) fn run(options: &UpdateOptions) -> anyhow::Result<ExitCode> {
    let cache = options.cache.clone().unwrap_or_else(|| {
        let mut name = options.db.as_os_str().to_owned();
        name.push(".sources");
        name.into()
    });
    let date = Timestamp::now().as_second();
    let ecosystems = ecosystems(options);
    let (epss, kev) = (options.epss.clone(), options.kev.clone());
    let request = Update { base: options.from.clone(), cache, ecosystems, epss, kev };
    let bar = Bar::new(!options.quiet && std::io::stderr().is_terminal());
    let import = advisory_files::update(&request, &bar);
    bar.0.finish_and_clear();
    super::finish(&import?, &options.db, date, options.format, options.strict)
}

/// Those that are asked for, those of the index that is there, or all.
fn ecosystems(options: &UpdateOptions) -> Vec<String> {
    if !options.ecosystems.is_empty() {
        return options.ecosystems.clone();
    }
    let known = Mapped::open(&options.db).ok().and_then(|mapped| {
        let about = mapped.index().ok()?.about().ok()?;
        Some(about.ecosystems.into_keys().collect::<Vec<_>>())
    });
    let all = || package_version::Ecosystem::ALL.map(|it| it.name().to_owned()).to_vec();
    known.filter(|names| !names.is_empty()).unwrap_or_else(all)
}

/// A bar on a terminal, nothing elsewhere.
struct Bar(ProgressBar);

impl Bar {
    fn new(visible: bool) -> Self {
        if !visible {
            return Self(ProgressBar::hidden());
        }
        let bar = ProgressBar::new(0);
        let form = "{msg} {bar:30} {bytes}/{total_bytes}";
        if let Ok(style) = ProgressStyle::with_template(form) {
            bar.set_style(style);
        }
        Self(bar)
    }
}

impl Progress for Bar {
    fn at(&self, file: &str, done: u64, total: Option<u64>) {
        self.0.set_message(file.to_owned());
        self.0.set_length(total.unwrap_or(done));
        self.0.set_position(done);
    }
}

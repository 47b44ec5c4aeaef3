//! `faasguard-cloud snapshot`

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{IsTerminal as _, Write as _},
    path::{Component, Path, PathBuf},
    process::ExitCode,
    sync::atomic::{AtomicU64, Ordering},
    time::Instant,
};

use anyhow::{Context as _, bail};
use clap::Args;
use cloud_account::{
    CodeFolder, Counts, Login, Needs, Organization, Regions, Table, TakeOptions, Taken,
    WalkOptions, policy, take,
};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use crate::{Access, NOT_LOOKED_AT, visible};

/// Lines about what was not looked at that are shown; all of it stands in the file.
const MOST_LINES: usize = 30;

/// Bytes of the largest package of code that is fetched: Lambda takes 250 MiB unpacked.
const MOST_CODE: u64 = 256 << 20;

/// `snapshot`
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// File to write, packed with zstd when its name ends in `.zst`; while it is taken, `FILE.part` stands
    /// beside it, and a run with the same options goes on from there
    #[arg(short, long, value_name = "FILE", default_value = "snapshot.json.zst")]
    output: PathBuf,
    /// Regions, separated by commas; that of the settings when not given
    #[arg(long, value_name = "LIST", value_delimiter = ',', conflicts_with = "all_regions")]
    regions: Vec<String>,
    /// Every region that the account has enabled
    #[arg(long)]
    all_regions: bool,
    /// Services to look at, separated by commas, as IAM spells them; all when not given
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    services: Vec<String>,
    /// Every account of the organisation, through the role of `--role-name`; from its management account or
    /// a delegated one
    #[arg(long, requires = "role_name")]
    accounts_from_organization: bool,
    /// Role that is assumed in each account
    #[arg(long, value_name = "NAME")]
    role_name: Option<String>,
    /// External id that the role asks for
    #[arg(long, value_name = "ID", requires = "role_name")]
    external_id: Option<String>,
    /// Fetch the code of functions, too, into this folder below that of the file
    #[arg(long, value_name = "DIR")]
    code: Option<PathBuf>,
    /// Write what kind of value an environment variable has, not the value
    #[arg(long)]
    no_values: bool,
    /// Requests a second that each service in each region is asked at most; 4 to 20 by service when not
    /// given. Who is told to go slower does so whatever stands here
    #[arg(long, value_name = "N")]
    max_requests_per_second: Option<f64>,
    /// Requests under way at the same time
    #[arg(long, value_name = "N", default_value_t = 16)]
    workers: usize,
    /// Begin anew, whatever an earlier run has left
    #[arg(long)]
    restart: bool,
    /// Print the IAM policy that the snapshot needs, and ask nothing
    #[arg(long)]
    print_policy: bool,
    /// Exit with 3 when something was not looked at
    #[arg(long)]
    strict: bool,
    /// Print no progress
    #[arg(short, long)]
    quiet: bool,
    #[command(flatten)]
    access: Access,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let services = services_of(arguments)?;
    if arguments.print_policy {
        return print_policy(arguments, services);
    }
    let started = Instant::now();
    let region = arguments.regions.first().map(String::as_str);
    let login = Login::new(&arguments.access.options(region))?;
    let regions = if arguments.all_regions {
        Regions::All
    } else if arguments.regions.is_empty() {
        let Some(region) = login.region() else {
            bail!(
                "no region is set; name some (`--regions eu-west-1,us-east-1`) or take `--all-regions`"
            );
        };
        Regions::Named(vec![region])
    } else {
        Regions::Named(arguments.regions.clone())
    };
    let walk = WalkOptions {
        services,
        rate: arguments.max_requests_per_second,
        workers: arguments.workers.clamp(1, 256),
        no_values: arguments.no_values,
        code: arguments.code.as_ref().map(|it| code_folder(&arguments.output, it)).transpose()?,
    };
    let organization = arguments.accounts_from_organization.then(|| Organization {
        role_name: arguments.role_name.clone().unwrap_or_default(),
        external_id: arguments.external_id.clone(),
    });
    let options = TakeOptions {
        target: arguments.output.clone(),
        regions,
        organization,
        walk,
        restart: arguments.restart,
    };
    let taken = with_progress(&login, &options, arguments.quiet)?;
    tell(&taken, &arguments.output, started);
    let is_incomplete = arguments.strict && !taken.snapshot.not_looked_at.is_empty();
    Ok(if is_incomplete { ExitCode::from(NOT_LOOKED_AT) } else { ExitCode::SUCCESS })
}

fn services_of(arguments: &Arguments) -> anyhow::Result<BTreeSet<String>> {
    let table = Table::built_in()?;
    let known: BTreeSet<&str> = table.services.iter().map(|it| it.name.as_str()).collect();
    for name in &arguments.services {
        if !known.contains(name.as_str()) {
            let list: Vec<_> = known.into_iter().collect();
            bail!("unknown service `{name}`; known are {}", list.join(", "));
        }
    }
    Ok(arguments.services.iter().cloned().collect())
}

fn print_policy(arguments: &Arguments, services: BTreeSet<String>) -> anyhow::Result<ExitCode> {
    let region = arguments.regions.first().map_or("", String::as_str);
    let partition = match region {
        it if it.starts_with("cn-") => "aws-cn",
        it if it.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    };
    let needs = Needs {
        services,
        partition: partition.to_owned(),
        role_name: arguments.role_name.clone(),
        pulls: false,
    };
    let text = serde_json::to_string_pretty(&policy(&Table::built_in()?, &needs))?;
    writeln!(std::io::stdout().lock(), "{text}")?;
    Ok(ExitCode::SUCCESS)
}

/// The folder of code: below that of the snapshot, so that both can be moved together.
fn code_folder(output: &Path, folder: &Path) -> anyhow::Result<CodeFolder> {
    let is_below =
        folder.components().all(|it| matches!(it, Component::Normal(_) | Component::CurDir));
    let names: Vec<_> = folder
        .components()
        .filter_map(|it| if let Component::Normal(name) = it { name.to_str() } else { None })
        .collect();
    if !is_below || names.is_empty() {
        bail!("`--code {}`: name a folder below that of the snapshot", folder.display());
    }
    let base = output.parent().unwrap_or(Path::new("")).to_path_buf();
    Ok(CodeFolder { base, folder: names.join("/"), most_bytes: MOST_CODE })
}

fn with_progress(login: &Login, options: &TakeOptions, quiet: bool) -> anyhow::Result<Taken> {
    let context = || format!("`{}` was not taken", options.target.display());
    if quiet || !std::io::stderr().is_terminal() {
        return take(login, options, &|_, _| {}).with_context(context);
    }
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}") {
        bar.set_style(style);
    }
    let taken = take(login, options, &|account, counts: &Counts| {
        let number = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        bar.tick();
        bar.set_message(format!(
            "{account}: {} calls, {} answers, {} not looked at, asked to go slower {} times",
            number(&counts.calls),
            number(&counts.answers) + number(&counts.resumed),
            number(&counts.gaps),
            number(&counts.throttled),
        ));
    });
    bar.finish_and_clear();
    taken.with_context(context)
}

/// Tells what was not looked at, and what was done; the last line is for programs.
fn tell(taken: &Taken, output: &Path, started: Instant) {
    let mut gaps: BTreeMap<(String, &str), (usize, &str)> = BTreeMap::new();
    for gap in &taken.snapshot.not_looked_at {
        let name = format!("{}:{}", gap.service, gap.operation.as_deref().unwrap_or("*"));
        let entry = gaps.entry((name, gap.reason.as_str())).or_insert((0, &gap.message));
        entry.0 += 1;
    }
    for ((name, reason), (times, message)) in gaps.iter().take(MOST_LINES) {
        let times = if *times > 1 { format!(", {times} times") } else { String::new() };
        eprintln!("{}", visible(&format!("not looked at: {name} ({reason}{times}): {message}")));
    }
    let more = gaps.len().saturating_sub(MOST_LINES);
    if more > 0 {
        eprintln!("… {more} more operations");
    }
    if !gaps.is_empty() {
        eprintln!(
            "the snapshot does not have everything: `--print-policy` prints the permissions that it needs"
        );
    }
    let counts = &taken.counts;
    let number = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
    eprintln!(
        "{}",
        json!({
            "file": output.display().to_string(),
            "bytes": taken.bytes,
            "accounts": taken.snapshot.accounts.len(),
            "answers": taken.snapshot.accounts.iter().map(|it| it.answers.len()).sum::<usize>(),
            "calls": number(&counts.calls),
            "resumed": number(&counts.resumed),
            "throttled": number(&counts.throttled),
            "not_looked_at": taken.snapshot.not_looked_at.len(),
            "code": taken.snapshot.code.len(),
            "elapsed_ms": u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        })
    );
}

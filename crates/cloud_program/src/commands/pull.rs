//! `faasguard-cloud pull`

use std::{io::IsTerminal as _, path::PathBuf, process::ExitCode, time::Instant};

use anyhow::{Context as _, bail};
use clap::Args;
use cloud_account::{
    Client, Identity, Login, Organization, PullOptions, Pulled, TrailBucket, accounts, enter,
    identity_of, pull, regions_enabled,
};
use indicatif::{ProgressBar, ProgressStyle};
use jiff::{Timestamp, civil, tz::TimeZone};
use serde_json::json;

use crate::{Access, NOT_LOOKED_AT, visible};

/// Lines about what was not fetched that are shown.
const MOST_LINES: usize = 30;

/// Seconds that CloudTrail may take to write a file: five minutes mostly.
///
/// Source: CloudTrail User Guide, "How CloudTrail works" (read 2026-11-27).
const DELIVERY_S: i64 = 15 * 60;

/// Days that `LookupEvents` looks back.
const MOST_DAYS: i64 = 90;

/// `pull`
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Folder to write into: `trail/ACCOUNT/REGION/*.jsonl`, `reports/ACCOUNT/REGION/FUNCTION/*.json`. What
    /// is there is not fetched again
    #[arg(short, long, value_name = "DIR", default_value = "pulled")]
    output: PathBuf,
    /// Beginning of the window: a day, a time (RFC 3339), or how long ago (`7d`, `12h`)
    #[arg(long, value_name = "TIME", default_value = "1d", value_parser = moment)]
    since: i64,
    /// Its end; now when not given
    #[arg(long, value_name = "TIME", value_parser = moment)]
    until: Option<i64>,
    /// Regions, separated by commas; that of the settings when not given
    #[arg(long, value_name = "LIST", value_delimiter = ',', conflicts_with = "all_regions")]
    regions: Vec<String>,
    /// Every region that the account has enabled
    #[arg(long)]
    all_regions: bool,
    /// Events of CloudTrail only
    #[arg(long, conflicts_with = "logs")]
    trail: bool,
    /// Logs of functions only
    #[arg(long)]
    logs: bool,
    /// Read CloudTrail out of the bucket of a trail (`s3://BUCKET/PREFIX`), not from `LookupEvents`: older
    /// events, events of data, every account and region that writes there, or those of `--regions`
    #[arg(long, value_name = "ADDRESS", value_parser = address, conflicts_with = "logs")]
    trail_bucket: Option<TrailBucket>,
    /// Every account of the organisation, through the role of `--role-name`
    #[arg(long, requires = "role_name")]
    accounts_from_organization: bool,
    /// Role that is assumed in each account
    #[arg(long, value_name = "NAME")]
    role_name: Option<String>,
    /// External id that the role asks for
    #[arg(long, value_name = "ID", requires = "role_name")]
    external_id: Option<String>,
    /// Every line of the logs, not only the reports of invocations
    #[arg(long)]
    all_lines: bool,
    /// Requests a second in each region; 2 of CloudTrail and 5 of logs when not given
    #[arg(long, value_name = "N")]
    max_requests_per_second: Option<f64>,
    /// Exit with 3 when something was not fetched
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
    let started = Instant::now();
    let now = Timestamp::now().as_second();
    let until = arguments.until.unwrap_or(now).min(now);
    if arguments.since >= until {
        bail!("the window is empty: `--since` is not before its end");
    }
    let is_looked_up = !arguments.logs && arguments.trail_bucket.is_none();
    if is_looked_up && arguments.since < now - MOST_DAYS * 86_400 {
        bail!(
            "CloudTrail tells events of the last {MOST_DAYS} days; older ones lie in the bucket of a trail: `--trail-bucket`"
        );
    }
    let named = arguments.regions.first().map(String::as_str);
    let login = Login::new(&arguments.access.options(named))?;
    let own = identity_of(&login, named)?;
    let mut pulled = Pulled::default();
    if let Some(bucket) = &arguments.trail_bucket {
        let options = PullOptions {
            // What was done in the last minutes may still be on its way into the bucket.
            until: until.min(now - DELIVERY_S),
            regions: arguments.regions.clone(),
            bucket: Some(bucket.clone()),
            trail: true,
            logs: false,
            ..options_of(arguments, until)
        };
        let client = Client::new(&login, &own.partition);
        add(&mut pulled, with_progress(&client, &own.account, &options, arguments.quiet)?);
    }
    if arguments.trail_bucket.is_none() || !arguments.trail {
        of_accounts(arguments, &login, &own, until, &mut pulled)?;
    }
    tell(&pulled, started);
    let is_incomplete = arguments.strict && !pulled.not_looked_at.is_empty();
    Ok(if is_incomplete { ExitCode::from(NOT_LOOKED_AT) } else { ExitCode::SUCCESS })
}

fn options_of(arguments: &Arguments, until: i64) -> PullOptions {
    PullOptions {
        folder: arguments.output.clone(),
        since: arguments.since,
        until,
        regions: Vec::new(),
        bucket: None,
        trail: !arguments.logs && arguments.trail_bucket.is_none(),
        logs: !arguments.trail,
        all_lines: arguments.all_lines,
        rate: arguments.max_requests_per_second.map(|it| it.max(0.01)),
    }
}

/// Asks our own account, or each of the organisation; one that lets nobody in is told.
fn of_accounts(
    arguments: &Arguments,
    login: &Login,
    own: &Identity,
    until: i64,
    pulled: &mut Pulled,
) -> anyhow::Result<()> {
    let organization = arguments.accounts_from_organization.then(|| Organization {
        role_name: arguments.role_name.clone().unwrap_or_default(),
        external_id: arguments.external_id.clone(),
    });
    let organization = organization.as_ref();
    let all = accounts(login, own, organization)
        .context("the accounts of the organisation cannot be listed")?;
    for account in all {
        let entered = match enter(login, own, &account, organization) {
            Ok(entered) => entered,
            Err(fault) => {
                pulled.not_looked_at.push(format!("{account} sts:AssumeRole: {fault}"));
                continue;
            }
        };
        let client = Client::new(&entered, &own.partition);
        let regions = if arguments.all_regions {
            match regions_enabled(&client) {
                Ok(regions) => regions,
                Err(fault) if organization.is_some() => {
                    pulled.not_looked_at.push(format!("{account} account:ListRegions: {fault}"));
                    continue;
                }
                Err(fault) => {
                    return Err(fault).context(
                        "the regions of the account cannot be listed; name them with `--regions`",
                    );
                }
            }
        } else if arguments.regions.is_empty() {
            let Some(region) = login.region() else {
                bail!(
                    "no region is set; name some (`--regions eu-west-1,us-east-1`) or take `--all-regions`"
                );
            };
            vec![region]
        } else {
            arguments.regions.clone()
        };
        let options = PullOptions { regions, ..options_of(arguments, until) };
        let mut more = with_progress(&client, &account, &options, arguments.quiet)?;
        if organization.is_some() {
            for gap in &mut more.not_looked_at {
                *gap = format!("{account} {gap}");
            }
        }
        add(pulled, more);
    }
    Ok(())
}

fn add(all: &mut Pulled, more: Pulled) {
    all.files += more.files;
    all.already += more.already;
    all.events += more.events;
    all.lines += more.lines;
    all.not_looked_at.extend(more.not_looked_at);
}

fn with_progress(
    client: &Client,
    account: &str,
    options: &PullOptions,
    quiet: bool,
) -> anyhow::Result<Pulled> {
    if quiet || !std::io::stderr().is_terminal() {
        return Ok(pull(client, account, options, &|_| {})?);
    }
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}") {
        bar.set_style(style);
    }
    let pulled = pull(client, account, options, &|it| {
        bar.tick();
        bar.set_message(format!("{} files, {} events, {} lines", it.files, it.events, it.lines));
    });
    bar.finish_and_clear();
    Ok(pulled?)
}

/// Tells what was not fetched, and what was; the last line is for programs.
fn tell(pulled: &Pulled, started: Instant) {
    for gap in pulled.not_looked_at.iter().take(MOST_LINES) {
        eprintln!("{}", visible(&format!("not looked at: {gap}")));
    }
    let more = pulled.not_looked_at.len().saturating_sub(MOST_LINES);
    if more > 0 {
        eprintln!("… {more} more");
    }
    eprintln!(
        "{}",
        json!({
            "files": pulled.files,
            "already": pulled.already,
            "events": pulled.events,
            "lines": pulled.lines,
            "not_looked_at": pulled.not_looked_at.len(),
            "elapsed_ms": u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        })
    );
}

fn address(text: &str) -> Result<TrailBucket, String> {
    TrailBucket::parse(text).ok_or_else(|| "give the bucket as `s3://BUCKET/PREFIX`".to_owned())
}

/// A time as the user writes it, in seconds since 1970.
fn moment(text: &str) -> Result<i64, String> {
    let now = Timestamp::now().as_second();
    let ago = [('d', 86_400), ('h', 3_600)]
        .into_iter()
        .find_map(|(unit, seconds)| Some((text.strip_suffix(unit)?.parse::<u32>().ok()?, seconds)));
    if let Some((count, seconds)) = ago {
        return Ok(now - i64::from(count) * seconds);
    }
    if let Ok(time) = text.parse::<Timestamp>() {
        return Ok(time.as_second());
    }
    let day = text.parse::<civil::Date>().ok().and_then(|it| it.to_zoned(TimeZone::UTC).ok());
    day.map(|it| it.timestamp().as_second()).ok_or_else(|| {
        "give a day (`2026-11-20`), a time (`2026-11-20T06:00:00Z`) or `7d`, `12h`".to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::moment;

    #[test]
    fn times_are_days_moments_and_how_long_ago() {
        assert_eq!(moment("2026-11-20"), Ok(1_795_132_800));
        assert_eq!(moment("2026-11-20T06:00:00Z"), Ok(1_795_154_400));
        let (week, days) = (moment("7d").unwrap(), moment("168h").unwrap());
        assert!((week - days).abs() <= 1);
        for odd in ["", "d", "-1d", "yesterday", "2026-13-01"] {
            assert!(moment(odd).is_err(), "{odd}");
        }
    }
}

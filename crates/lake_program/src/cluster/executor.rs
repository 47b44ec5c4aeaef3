//! An executor: asks the scheduler for tasks, runs them, keeps the parts of shuffles that it wrote.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use anyhow::Context as _;
use ballista_core::{config::TaskSchedulingPolicy, utils::default_config_producer};
use ballista_executor::executor_process::{ExecutorProcessConfig, start_executor_process};
use clap::Args;
use lake_store::Lake;

use super::{
    MESSAGE_BYTES, PORT, end_with_standard_input, impatient, messages, runtime, threads,
    warn_if_open,
};

/// How the names of folders for shuffles begin.
const PREFIX: &str = "faasguard-lake-executor-";

/// How an executor is started.
#[derive(Debug, Args)]
pub(crate) struct Settings {
    /// Folder or `s3://bucket/prefix` that the queries read, the same for all executors
    #[arg(long, value_name = "LAKE")]
    lake: String,
    /// The scheduler's host and port
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:50050")]
    scheduler: String,
    /// Address to listen on for readers of shuffles
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    bind: String,
    /// Port to listen on for readers of shuffles
    #[arg(long, value_name = "PORT", default_value_t = PORT + 1)]
    port: u16,
    /// Name under which clients and other executors reach this machine [default: what the scheduler sees]
    #[arg(long, value_name = "NAME")]
    external_host: Option<String>,
    /// Tasks at a time [default: one for each core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    cores: Option<u16>,
    /// Megabytes of memory that the operators of all tasks may hold before they spill
    #[arg(long, value_name = "MB", default_value_t = 1024, value_parser = clap::value_parser!(u64).range(64..))]
    memory: u64,
    /// Folder for shuffles and spilled data, which must not be shared [default: a new one in the system's]
    #[arg(long, value_name = "DIR")]
    work_dir: Option<PathBuf>,
    /// End when standard input ends
    #[arg(long, hide = true)]
    supervised: bool,
    /// Print what the executor does, not warnings alone
    #[arg(long)]
    verbose: bool,
}

/// Runs an executor until it is stopped. Its folder is removed on the way out.
///
/// # Errors
/// When the lake cannot be opened, the scheduler is not reached within a minute, or the port is taken.
pub(crate) fn run(settings: &Settings) -> anyhow::Result<()> {
    messages::print(settings.verbose);
    warn_if_open(&settings.bind);
    if settings.supervised {
        end_with_standard_input();
    }
    let lake = Lake::open(&settings.lake)?;
    let folder = work_folder(settings)?;
    let config = config(settings, &lake, &folder)?;
    let ended = threads()?.block_on(start_executor_process(Arc::new(config)));
    // Parts of shuffles hold rows of the lake: none stay behind.
    let removed = fs::remove_dir_all(&folder);
    ended.context("the executor ended")?;
    removed.with_context(|| format!("cannot remove `{}`", folder.display()))
}

fn config(
    settings: &Settings,
    lake: &Lake,
    folder: &Path,
) -> anyhow::Result<ExecutorProcessConfig> {
    let (host, port) = host_and_port(&settings.scheduler)?;
    let folder = folder.to_str().context("the work folder's name is not Unicode")?.to_owned();
    let runtime = runtime(lake, Some(&folder))?;
    Ok(ExecutorProcessConfig {
        bind_host: settings.bind.clone(),
        external_host: settings.external_host.clone(),
        port: settings.port,
        scheduler_host: host,
        scheduler_port: port,
        scheduler_connect_timeout_seconds: 60,
        // Zero stands for all cores.
        vcores: settings.cores.map_or(0, usize::from),
        task_scheduling_policy: TaskSchedulingPolicy::PullStaged,
        work_dir: Some(folder),
        job_data_ttl_seconds: 6 * 3600,
        job_data_clean_up_interval_seconds: 600,
        grpc_max_decoding_message_size: MESSAGE_BYTES,
        grpc_max_encoding_message_size: MESSAGE_BYTES,
        executor_heartbeat_interval_seconds: 2,
        memory_pool_size: Some(settings.memory << 20),
        override_config_producer: Some(Arc::new(|| impatient(default_config_producer()))),
        override_runtime_producer: Some(Arc::new(move |_| Ok(Arc::clone(&runtime)))),
        ..ExecutorProcessConfig::default()
    })
}

/// A new folder that only this user may enter, in the one that was asked for or the system's.
fn work_folder(settings: &Settings) -> anyhow::Result<PathBuf> {
    let parent = settings.work_dir.clone().unwrap_or_else(std::env::temp_dir);
    if settings.work_dir.is_some() {
        fs::create_dir_all(&parent).with_context(|| {
            format!("cannot make `{}`; give another --work-dir", parent.display())
        })?;
        remove_leftovers(&parent);
    }
    let started = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_nanos());
    let folder = parent.join(format!("{PREFIX}{}-{started}", std::process::id()));
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    // A folder that stands there already may be somebody else's: never taken over.
    builder
        .create(&folder)
        .with_context(|| format!("cannot make `{}`; give another --work-dir", folder.display()))?;
    Ok(folder)
}

/// Removes what executors that were killed left in a folder that is this executor's alone.
fn remove_leftovers(parent: &Path) {
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        let ours = entry.file_name().to_str().is_some_and(|name| name.starts_with(PREFIX));
        if ours && entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            // What cannot be removed only takes room; the executor works without.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// Splits `host:port`; the port may be left out.
///
/// # Errors
/// When what follows the last colon is no port.
pub(super) fn host_and_port(text: &str) -> anyhow::Result<(String, u16)> {
    let Some((host, port)) = text.rsplit_once(':') else {
        return Ok((text.to_owned(), PORT));
    };
    let port =
        port.parse().with_context(|| format!("`{}` is no host and port", crate::visible(text)))?;
    Ok((host.to_owned(), port))
}

#[cfg(test)]
mod tests {
    use super::host_and_port;

    #[test]
    fn a_port_may_be_left_out_and_must_be_a_number() {
        assert_eq!(host_and_port("scheduler").unwrap(), ("scheduler".to_owned(), 50050));
        assert_eq!(host_and_port("10.0.0.7:9").unwrap(), ("10.0.0.7".to_owned(), 9));
        assert!(host_and_port("scheduler:many").is_err());
    }
}

//! The services of a cluster: one scheduler, any number of executors, and what keeps them running.
//!
//! Ballista's defaults (push scheduling, adaptive planner) hang when an executor dies after it wrote its part
//! of a shuffle. Executors that ask for work, under plans that are fixed beforehand, go on, but were seen to
//! hand rows on twice. So all services and the client of this program are set to pull and to the static planner,
//! a job fails where it would be mended, and the client submits the query anew ([`crate::ballista`]).

pub(crate) mod executor;
mod messages;
pub(crate) mod scheduler;
pub(crate) mod start;
pub(crate) mod units;

use std::{io::Read as _, sync::Arc, thread, time::Duration};

use anyhow::Context as _;
use ballista_core::extension::SessionConfigExt as _;
use datafusion::{
    datasource::object_store::ObjectStoreUrl,
    execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder},
    prelude::SessionConfig,
};
use lake_store::Lake;

/// Largest message between the services, in bytes. A plan names each file of the lake that it reads, about
/// 150 bytes a file: room for 400,000 files.
pub(crate) const MESSAGE_BYTES: u32 = 64 << 20;

/// The port of a scheduler unless another one is asked for.
pub(crate) const PORT: u16 = 50050;

/// What reads the files of `lake`, besides those of this machine: the store of its bucket, with the
/// credentials of this process. Plans carry no credentials.
///
/// # Errors
/// When the folder for spilled data or the address of the bucket cannot be used.
pub(crate) fn runtime(lake: &Lake, work_dir: Option<&str>) -> anyhow::Result<Arc<RuntimeEnv>> {
    let mut builder = RuntimeEnvBuilder::new();
    if let Some(folder) = work_dir {
        builder = builder.with_temp_file_path(folder);
    }
    let runtime = builder.build_arc()?;
    let (base, store) = lake.object_store()?;
    if !base.starts_with("file:") {
        runtime.register_object_store(ObjectStoreUrl::parse(base)?.as_ref(), store);
    }
    Ok(runtime)
}

/// How often the other side of a connection is asked whether it is there.
const ASKED_EVERY: Duration = Duration::from_secs(5);

/// Longest that it may take to say so, or to be reached.
const PATIENCE: Duration = Duration::from_secs(20);

/// Lets connections between executors, and from the client to them, end when the other side is silent. Without
/// this, who reads from an executor that is stopped, and not dead, waits for ever.
pub(crate) fn impatient(config: SessionConfig) -> SessionConfig {
    config.with_ballista_override_create_grpc_client_endpoint(Arc::new(|endpoint| {
        Ok(endpoint
            .connect_timeout(PATIENCE)
            .http2_keep_alive_interval(ASKED_EVERY)
            .keep_alive_timeout(PATIENCE)
            .keep_alive_while_idle(true))
    }))
}

/// Ends this process when standard input ends: the supervisor of a cluster holds the other end, so that no
/// service outlives it, however it ends.
fn end_with_standard_input() {
    thread::spawn(|| {
        let mut scratch = [0; 64];
        while std::io::stdin().read(&mut scratch).is_ok_and(|read| read > 0) {}
        std::process::exit(0);
    });
}

/// A runtime with a thread for each core, for a service.
fn threads() -> anyhow::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().context("cannot start threads")
}

/// Says that `host` is reachable from other machines, where nothing asks who connects.
fn warn_if_open(host: &str) {
    if !matches!(host, "127.0.0.1" | "::1" | "localhost") {
        eprintln!(
            "warning: listening on `{}`: a cluster asks nobody for credentials; let only trusted machines reach it",
            crate::visible(host)
        );
    }
}

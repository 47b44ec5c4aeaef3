//! The scheduler: takes plans, cuts them into stages, hands tasks to executors that ask for them.

use std::sync::Arc;

use anyhow::Context as _;
use ballista_core::{
    config::TaskSchedulingPolicy,
    extension::{
        ballista_aggregate_functions, ballista_scalar_functions, ballista_window_functions,
    },
    optimizer::ballista_default_optimizer_rules,
};
use ballista_scheduler::{
    cluster::BallistaCluster, config::SchedulerConfig, scheduler_process::start_server,
};
use clap::Args;
use datafusion::execution::{SessionStateBuilder, runtime_env::RuntimeEnv};
use lake_store::Lake;

use super::{
    MESSAGE_BYTES, PORT, end_with_standard_input, messages, runtime, threads, warn_if_open,
};

/// How a scheduler is started.
#[derive(Debug, Args)]
pub(crate) struct Settings {
    /// Folder or `s3://bucket/prefix` that the queries read, the same for all executors
    #[arg(long, value_name = "LAKE")]
    lake: String,
    /// Address to listen on
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    bind: String,
    /// Port to listen on
    #[arg(long, value_name = "PORT", default_value_t = PORT)]
    port: u16,
    /// Name under which executors and clients reach this machine
    #[arg(long, value_name = "NAME", default_value = "localhost")]
    external_host: String,
    /// Seconds of silence after which an executor counts as dead and its work is done again
    #[arg(long, value_name = "SECONDS", default_value_t = 15, value_parser = clap::value_parser!(u64).range(6..=3600))]
    executor_timeout: u64,
    /// End when standard input ends
    #[arg(long, hide = true)]
    supervised: bool,
    /// Print what the scheduler does, not warnings alone
    #[arg(long)]
    verbose: bool,
}

/// Runs a scheduler until it is stopped.
///
/// # Errors
/// When the lake cannot be opened or the port cannot be listened on.
pub(crate) fn run(settings: &Settings) -> anyhow::Result<()> {
    messages::print(settings.verbose);
    warn_if_open(&settings.bind);
    if settings.supervised {
        end_with_standard_input();
    }
    let lake = Lake::open(&settings.lake)?;
    let runtime = runtime(&lake, None)?;
    let address = format!("{}:{}", settings.bind, settings.port)
        .parse()
        .with_context(|| format!("`{}` is no address; give one of this machine", settings.bind))?;
    let config = Arc::new(config(settings, runtime));
    threads()?.block_on(async {
        let cluster = BallistaCluster::new_from_config(&config).await?;
        let service = start_server(cluster, address, config);
        tokio::select! {
            ended = service => ended.with_context(|| format!("cannot listen on `{address}`")),
            stopped = stop_signal() => stopped,
        }
    })
}

fn config(settings: &Settings, runtime: Arc<RuntimeEnv>) -> SchedulerConfig {
    let timeout = settings.executor_timeout;
    SchedulerConfig {
        bind_host: settings.bind.clone(),
        bind_port: settings.port,
        external_host: settings.external_host.clone(),
        scheduling_policy: TaskSchedulingPolicy::PullStaged,
        // What is done again for a part of a shuffle that was lost is not trusted: the job fails, and its client
        // submits the query anew.
        task_max_failures: 1,
        stage_max_failures: 1,
        executor_timeout_seconds: timeout,
        expire_dead_executor_interval_seconds: (timeout / 6).max(1),
        no_executors_grace_period_seconds: timeout,
        grpc_server_max_decoding_message_size: MESSAGE_BYTES,
        grpc_server_max_encoding_message_size: MESSAGE_BYTES,
        grpc_client_max_message_size: MESSAGE_BYTES,
        override_session_builder: Some(Arc::new(move |config| {
            Ok(SessionStateBuilder::new()
                .with_default_features()
                .with_config(config)
                .with_runtime_env(Arc::clone(&runtime))
                .with_optimizer_rules(ballista_default_optimizer_rules())
                .with_scalar_functions(ballista_scalar_functions())
                .with_aggregate_functions(ballista_aggregate_functions())
                .with_window_functions(ballista_window_functions())
                .build())
        })),
        ..SchedulerConfig::default()
    }
}

/// Resolves when this process is asked to end.
async fn stop_signal() -> anyhow::Result<()> {
    #[cfg(unix)]
    {
        let mut terminate =
            tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
        tokio::select! {
            interrupted = tokio::signal::ctrl_c() => interrupted?,
            _ = terminate.recv() => {}
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await?;
    Ok(())
}

//! Queries on a cluster of Ballista: submitted, watched, cancelled and submitted again by this side.
//!
//! Queries only read, so that a lost one may be run once more. What came of an attempt that failed is thrown
//! away whole: an answer is of one attempt.

mod attempt;
pub(crate) mod rest;

use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use arrow::{datatypes::SchemaRef, record_batch::RecordBatch};
use ballista_core::{
    config::{
        BALLISTA_CLIENT_GRPC_HTTP2_KEEPALIVE_INTERVAL_SECONDS,
        BALLISTA_CLIENT_GRPC_TIMEOUT_SECONDS, BALLISTA_CLIENT_IO_RETRIES_TIMES,
        BALLISTA_CLIENT_PULL,
    },
    extension::{SessionConfigExt as _, SessionStateExt as _},
};
use datafusion::{
    datasource::listing::ListingTable,
    execution::SessionStateBuilder,
    prelude::{DataFrame, SessionContext},
};

use self::{
    attempt::{Attempt, Ended},
    rest::Rest,
};
use crate::cluster::{MESSAGE_BYTES, PORT, impatient};

/// Partitions that the rows of each shuffle are spread over. More of them than cores: what a dead executor
/// had done is done again in small pieces.
const PARTITIONS: usize = 16;

/// How long and how often a query on a cluster is tried.
#[derive(Debug, Clone)]
pub(crate) struct Limits {
    /// All attempts together.
    pub(crate) deadline: Duration,
    /// No task of the job ends in so long: the attempt is given up.
    pub(crate) stall: Duration,
    /// The scheduler knows no executor for so long: the attempt is given up.
    pub(crate) no_executor: Duration,
    /// Attempts, the first one too.
    pub(crate) attempts: u32,
    /// Bytes of memory that the answer may take here.
    pub(crate) answer_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            deadline: Duration::from_hours(1),
            stall: Duration::from_mins(2),
            no_executor: Duration::from_secs(30),
            attempts: 3,
            answer_bytes: 1 << 30,
        }
    }
}

/// The answer of a query.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) schema: SchemaRef,
    pub(crate) batches: Vec<RecordBatch>,
    /// Attempts that it took.
    pub(crate) attempts: u32,
}

/// Where a scheduler listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Address {
    host: String,
    port: u16,
}

impl Address {
    /// Reads `df://host:port`; without a port, [`PORT`].
    ///
    /// # Errors
    /// When the text is of another form.
    pub(crate) fn parse(text: &str) -> anyhow::Result<Self> {
        let shown = crate::visible(text);
        let rest = text
            .strip_prefix("df://")
            .with_context(|| format!("`{shown}` is no scheduler; give one as `df://host:port`"))?;
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        let (host, port) = match rest.rsplit_once(':') {
            None => (rest, PORT),
            Some((host, port)) => (
                host,
                port.parse().with_context(|| format!("`{shown}` has no port that is a number"))?,
            ),
        };
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b".-_[]:".contains(&byte);
        if host.is_empty() || !host.bytes().all(is_name) {
            bail!("`{shown}` names no host; give a scheduler as `df://host:port`");
        }
        Ok(Self { host: host.to_owned(), port })
    }

    fn url(&self) -> String {
        format!("http://{}:{}", self.host, self.port)
    }
}

/// Runs `sql`, one query that only reads, over the tables of `local` on the cluster of `address`.
///
/// The plan names the files to read, so that every machine must see them under the same address.
///
/// # Errors
/// When the query cannot be planned, the cluster is not reached, has no executor, or loses the query
/// [`Limits::attempts`] times, when the deadline passes, the answer is too large, or a signal ends the wait.
/// The job is cancelled then.
pub(crate) async fn collect(
    local: &SessionContext,
    address: &Address,
    sql: &str,
    limits: &Limits,
) -> anyhow::Result<Answer> {
    let table = local.table_provider("events").await?;
    // A query that reads no file has rows in memory as its table, which do not travel.
    if !table.is::<ListingTable>() {
        return here(local, sql).await;
    }
    let remote = remote(local, address)?;
    remote.register_table("events", table)?;
    let frame = lake_query::frame(&remote, sql).await?;
    let schema = SchemaRef::clone(frame.schema().inner());
    let until = Instant::now() + limits.deadline;
    tokio::select! {
        answer = attempts(&remote, address, frame, limits, until) => {
            attempt::cancellations().await;
            let (batches, attempts) = answer?;
            Ok(Answer { schema, batches, attempts })
        }
        () = interrupted() => {
            // The attempt that was dropped cancels its job in a task of its own.
            attempt::cancellations().await;
            bail!("interrupted; the query was cancelled")
        }
    }
}

async fn here(local: &SessionContext, sql: &str) -> anyhow::Result<Answer> {
    let frame = lake_query::frame(local, sql).await?;
    let schema = SchemaRef::clone(frame.schema().inner());
    Ok(Answer { schema, batches: frame.collect().await?, attempts: 1 })
}

async fn attempts(
    remote: &SessionContext,
    address: &Address,
    frame: DataFrame,
    limits: &Limits,
    until: Instant,
) -> anyhow::Result<(Vec<RecordBatch>, u32)> {
    let mut last = String::new();
    for number in 1..=limits.attempts {
        let attempt = Attempt {
            context: remote,
            scheduler: address.url(),
            rest: Rest::new(&address.host, address.port),
            limits,
            until,
        };
        let (message, is_same) = match attempt.run(frame.clone()).await {
            Ended::Answered(batches) => return Ok((batches, number)),
            Ended::Refused(message) => return Err(failure(&message)),
            Ended::Lost(message) => (shortened(&message), false),
            // The same end twice, of the same plan on the same data: the query itself is at fault.
            Ended::Failed(message) => {
                let message = shortened(&message);
                let is_same = message == last;
                (message, is_same)
            }
        };
        if is_same || number == limits.attempts {
            bail!("the cluster lost the query {number} times: {message}");
        }
        eprintln!("warning: the cluster lost the query: {message}; it is submitted again");
        last = message;
        let pause = Duration::from_secs(1 << number.min(4));
        if Instant::now() + pause >= until {
            bail!("the query did not end within {} s: {last}", limits.deadline.as_secs());
        }
        tokio::time::sleep(pause).await;
    }
    bail!("no attempt is allowed; give --attempts 1 or more")
}

/// A session with the tables of `local` whose queries run on the cluster, set as its services are.
fn remote(local: &SessionContext, address: &Address) -> anyhow::Result<SessionContext> {
    let state = local.state();
    let config = state
        .config()
        .clone()
        .with_target_partitions(PARTITIONS)
        .upgrade_for_ballista()
        .with_ballista_adaptive_query_planner(false)
        .with_ballista_grpc_client_max_message_size(MESSAGE_BYTES as usize)
        .with_ballista_job_name("faasguard-lake")
        .set_bool(BALLISTA_CLIENT_PULL, true)
        // For the connection to the scheduler.
        .set_usize(BALLISTA_CLIENT_GRPC_TIMEOUT_SECONDS, 10)
        .set_usize(BALLISTA_CLIENT_GRPC_HTTP2_KEEPALIVE_INTERVAL_SECONDS, 5)
        .set_usize(BALLISTA_CLIENT_IO_RETRIES_TIMES, 1);
    let config = impatient(config);
    let state = SessionStateBuilder::new_from_existing(state).with_config(config).build();
    let state = state.upgrade_for_ballista(address.url())?;
    Ok(SessionContext::new_with_state(state))
}

/// Resolves when this process is asked to end.
pub(crate) async fn interrupted() {
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => std::future::pending::<()>().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! { () = interrupt => {}, () = terminate => {} }
}

fn failure(message: &str) -> anyhow::Error {
    anyhow::anyhow!("the query cannot be run: {}", shortened(message))
}

/// The first line of a message of the engine, without control characters, of at most 400 characters, and
/// without the name of the job, which differs from attempt to attempt.
fn shortened(message: &str) -> String {
    let line = message.lines().next().unwrap_or_default();
    let line = match line.split_once("Job ").and_then(|(_, rest)| rest.split_once(" failed: ")) {
        Some((_, reason)) => reason,
        None => line,
    };
    crate::visible(&line.chars().take(400).collect::<String>()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::{Address, shortened};

    #[test]
    fn a_scheduler_is_a_host_and_a_port() {
        let address = Address::parse("df://scheduler.internal:7000").unwrap();
        assert_eq!(address.url(), "http://scheduler.internal:7000");
        assert_eq!(Address::parse("df://10.0.0.1/").unwrap().url(), "http://10.0.0.1:50050");
        for wrong in ["localhost:50050", "df://", "df://host:port", "df://a b:1", "df://a/b:1"] {
            assert!(Address::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn two_losses_for_one_reason_read_the_same() {
        let first = shortened("Execution error: Job aB3 failed: divide by zero\n  at x");
        assert_eq!(first, "divide by zero");
        assert_eq!(first, shortened("Execution error: Job Zz9 failed: divide by zero"));
    }
}

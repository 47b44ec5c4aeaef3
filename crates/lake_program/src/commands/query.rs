//! `faasguard-lake query`

use std::{collections::BTreeMap, path::PathBuf, process::ExitCode, time::Duration};

use anyhow::bail;
use clap::Args;
use futures::StreamExt as _;
use lake_query::Options;
use lake_store::{Lake, Snapshot};
use tokio::runtime::Runtime;

use crate::{
    ballista,
    commands::parse_bytes,
    output::{Form, Printer},
    spark,
};

/// Exit code after Ctrl-C, as of a shell.
const INTERRUPTED: u8 = 130;

/// `query`
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// One SELECT over the table `events`
    #[arg(required_unless_present = "name", conflicts_with = "name")]
    sql: Option<String>,
    /// Folder or `s3://bucket/prefix` of the lake
    #[arg(long, value_name = "LAKE")]
    lake: String,
    /// A named query; `faasguard-lake queries` lists them
    #[arg(long, value_name = "QUERY")]
    name: Option<String>,
    /// A value for a parameter of the named query; may be given again
    #[arg(long, value_name = "NAME=VALUE", requires = "name", value_parser = parse_parameter)]
    param: Vec<(String, String)>,
    /// Form of the answer
    #[arg(long, value_enum, default_value_t = Form::Jsonl)]
    format: Form,
    /// Memory for sorting, grouping and joining; what needs more uses the temporary folder
    #[arg(long, value_name = "SIZE", default_value = "2GiB", value_parser = parse_bytes)]
    memory: usize,
    /// Seconds after which the query is given up
    #[arg(long, value_name = "SECONDS", default_value_t = 3_600)]
    timeout: u64,
    /// Ask a cluster of Ballista: `df://host:port`
    #[arg(long, value_name = "URL", conflicts_with = "spark")]
    ballista: Option<String>,
    /// Attempts on a cluster, the first one too
    #[arg(long, value_name = "N", default_value_t = 3, requires = "ballista")]
    attempts: u32,
    /// Seconds without progress after which an attempt on a cluster is given up
    #[arg(long, value_name = "SECONDS", default_value_t = 120, requires = "ballista")]
    stall: u64,
    /// Ask Spark, by the `spark-sql` of this machine, with this master: `local[2]`, `spark://host:7077`
    #[arg(long, value_name = "MASTER")]
    spark: Option<String>,
    /// The program `spark-sql`, when it is not on PATH
    #[arg(long, value_name = "PATH", requires = "spark")]
    spark_sql: Option<PathBuf>,
}

fn parse_parameter(text: &str) -> Result<(String, String), String> {
    let (name, value) =
        text.split_once('=').ok_or_else(|| format!("`{text}` has no `=`; write NAME=VALUE"))?;
    Ok((name.to_owned(), value.to_owned()))
}

/// A runtime with a thread for each core. Local files are read by threads of their own, of which there
/// may be hundreds unless told otherwise: each keeps memory for itself and waits for the others, which
/// took three times the memory and half again the time over two thousand small files. Nothing that
/// such a thread does waits for another one, so few are enough.
fn threads() -> std::io::Result<tokio::runtime::Runtime> {
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    tokio::runtime::Builder::new_multi_thread()
        .max_blocking_threads((4 * cores).max(16))
        .enable_all()
        .build()
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let sql = match (&arguments.name, &arguments.sql) {
        (Some(name), _) => {
            let values: BTreeMap<_, _> = arguments.param.iter().cloned().collect();
            lake_query::named(name)?.bind(&values)?
        }
        (None, Some(sql)) => sql.clone(),
        (None, None) => bail!("name a query with --name, or write one"),
    };
    let lake = Lake::open(&arguments.lake)?;
    let snapshot = lake.snapshot()?;
    let runtime = threads()?;
    let deadline = Duration::from_secs(arguments.timeout);
    if let Some(master) = &arguments.spark {
        let files = runtime.block_on(lake_query::selected_files(&snapshot, &sql))?;
        let (master, program) = (master.clone(), arguments.spark_sql.clone());
        let settings = spark::Settings { master, program, deadline };
        let rows = spark::query(&lake.root_url(), &files, &sql, &settings)?;
        Printer::new(arguments.format).rows(&rows)?;
        return Ok(ExitCode::SUCCESS);
    }
    if let Some(url) = &arguments.ballista {
        return on_cluster(arguments, &lake, &snapshot, &sql, url, &runtime);
    }
    let work = local(arguments, &lake, &snapshot, &sql);
    let result = runtime.block_on(async {
        tokio::select! {
            done = tokio::time::timeout(deadline, work) => match done {
                Ok(result) => result.map(|()| ExitCode::SUCCESS),
                Err(_) => bail!(
                    "the query took more than {} s; narrow it by day, account or region, or give --timeout more",
                    arguments.timeout
                ),
            },
            _ = tokio::signal::ctrl_c() => Ok(ExitCode::from(INTERRUPTED)),
        }
    });
    // What still runs is not waited for.
    runtime.shutdown_background();
    result
}

async fn local(
    arguments: &Arguments,
    lake: &Lake,
    snapshot: &Snapshot,
    sql: &str,
) -> anyhow::Result<()> {
    let options = Options { memory_bytes: arguments.memory, ..Options::default() };
    let context = lake_query::session(lake, snapshot, sql, &options).await?;
    let mut answer = lake_query::stream(&context, sql).await?;
    let mut printer = Printer::new(arguments.format);
    printer.begin(&answer.schema())?;
    while let Some(batch) = answer.next().await {
        printer.batch(&batch.map_err(lake_query::QueryError::from)?)?;
    }
    printer.end()
}

fn on_cluster(
    arguments: &Arguments,
    lake: &Lake,
    snapshot: &Snapshot,
    sql: &str,
    url: &str,
    runtime: &Runtime,
) -> anyhow::Result<ExitCode> {
    let limits = ballista::Limits {
        deadline: Duration::from_secs(arguments.timeout),
        stall: Duration::from_secs(arguments.stall),
        attempts: arguments.attempts,
        ..ballista::Limits::default()
    };
    let address = ballista::Address::parse(url)?;
    let options = Options { memory_bytes: arguments.memory, ..Options::default() };
    let answer = runtime.block_on(async {
        let context = lake_query::session(lake, snapshot, sql, &options).await?;
        ballista::collect(&context, &address, sql, &limits).await
    })?;
    if answer.attempts > 1 {
        eprintln!("the cluster answered at attempt {}", answer.attempts);
    }
    let mut printer = Printer::new(arguments.format);
    printer.begin(&answer.schema)?;
    for batch in &answer.batches {
        printer.batch(batch)?;
    }
    printer.end()?;
    Ok(ExitCode::SUCCESS)
}

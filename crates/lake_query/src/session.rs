//! A session in which the table `events` stands, and nothing else.

use std::{collections::BTreeMap, sync::Arc};

use datafusion::{
    datasource::{
        MemTable, TableProvider,
        file_format::parquet::ParquetFormat,
        listing::{ListingOptions, ListingTable, ListingTableConfig, ListingTableUrl},
    },
    execution::{
        SendableRecordBatchStream, context::SQLOptions, memory_pool::FairSpillPool,
        runtime_env::RuntimeEnvBuilder,
    },
    prelude::{DataFrame, SessionConfig, SessionContext},
};
use lake_store::{DataFile, Lake, Snapshot, schema};

use crate::{QueryError, prune::selected_files};

/// The name of the one table.
pub(crate) const TABLE: &str = "events";

/// Bounds on a query.
#[derive(Clone, Debug)]
pub struct Options {
    /// Bytes that sorting, grouping and joining may take together; beyond, they use the folder for
    /// temporary files, or fail when they cannot.
    pub memory_bytes: usize,
    /// Parts that are worked on at the same time; 0: as many as there are processors.
    pub partitions: usize,
    /// Settings of the engine by their names, for clusters.
    pub settings: BTreeMap<String, String>,
}

impl Default for Options {
    fn default() -> Self {
        Self { memory_bytes: 2 << 30, partitions: 0, settings: BTreeMap::new() }
    }
}

/// A session for one query: `events` holds those files of the snapshot in which rows of it may be.
///
/// # Errors
/// [`QueryError`] when the query is none, or more than one, or writes.
pub async fn session(
    lake: &Lake,
    snapshot: &Snapshot,
    sql: &str,
    options: &Options,
) -> Result<SessionContext, QueryError> {
    let files = selected_files(snapshot, sql).await?;
    let context = bare(options)?;
    let (base, store) = lake.object_store()?;
    let url =
        url::Url::parse(&base_url(&base)).map_err(|_| QueryError::OddUrl { url: base.clone() })?;
    context.register_object_store(&url, store);
    context.register_table(TABLE, table(lake, &files)?)?;
    Ok(context)
}

/// What a query asks for. It can only read.
///
/// # Errors
/// [`QueryError`] when it is none, more than one, writes, or changes settings.
pub async fn frame(context: &SessionContext, sql: &str) -> Result<DataFrame, QueryError> {
    let reads = SQLOptions::new().with_allow_ddl(false).with_allow_dml(false);
    Ok(context.sql_with_options(sql, reads.with_allow_statements(false)).await?)
}

/// Runs a query; its rows come as they are found.
///
/// # Errors
/// [`QueryError`] as [`frame`], and when the engine cannot begin.
pub async fn stream(
    context: &SessionContext,
    sql: &str,
) -> Result<SendableRecordBatchStream, QueryError> {
    Ok(frame(context, sql).await?.execute_stream().await?)
}

fn base_url(base: &str) -> String {
    format!("{}/", base.trim_end_matches('/').replace("file:", "file://"))
}

/// A session without a table.
pub(crate) fn bare(options: &Options) -> Result<SessionContext, QueryError> {
    let mut config = SessionConfig::new()
        .with_information_schema(false)
        // The texts of groups are copied into views and back for nothing; and results travel slowly so.
        .set_bool("datafusion.execution.parquet.schema_force_view_types", false)
        .set_bool("datafusion.sql_parser.map_string_types_to_utf8view", false)
        // What a filter leaves out is not even decompressed.
        .set_bool("datafusion.execution.parquet.pushdown_filters", true);
    if options.partitions > 0 {
        config = config.with_target_partitions(options.partitions);
    }
    for (name, value) in &options.settings {
        config.options_mut().set(name, value)?;
    }
    let pool = Arc::new(FairSpillPool::new(options.memory_bytes));
    let runtime = RuntimeEnvBuilder::new().with_memory_pool(pool).build_arc()?;
    Ok(SessionContext::new_with_config_rt(config, runtime))
}

/// The files as a table: a plain list, which also travels to a cluster.
fn table(lake: &Lake, files: &[DataFile]) -> Result<Arc<dyn TableProvider>, QueryError> {
    if files.is_empty() {
        return Ok(Arc::new(MemTable::try_new(schema(), vec![Vec::new()])?));
    }
    let urls: Result<Vec<_>, QueryError> = files
        .iter()
        .map(|file| {
            let url = lake.storage().url_of(&file.path);
            ListingTableUrl::parse(&url).map_err(|_| QueryError::OddUrl { url })
        })
        .collect();
    let format = ParquetFormat::default().with_force_view_types(false);
    let options = ListingOptions::new(Arc::new(format)).with_file_extension(".parquet");
    let config = ListingTableConfig::new_with_multi_paths(urls?)
        .with_listing_options(options)
        .with_schema(schema());
    Ok(Arc::new(ListingTable::try_new(config)?))
}

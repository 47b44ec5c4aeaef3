//! `faasguard-lake ddl`: the table `events` for Athena, Trino and Spark, and lists of the committed files.

use std::{collections::BTreeMap, fmt::Write as _, io::Write as _, process::ExitCode};

use anyhow::{Context as _, bail};
use clap::{Args, ValueEnum};
use lake_store::{DataFile, Lake, Snapshot};
use object_store::{ObjectStoreExt as _, path::Path};

use crate::external::{COLUMNS, Column};

/// What follows `ddl`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Folder or `s3://bucket/prefix` of the lake
    #[arg(long, value_name = "LAKE")]
    lake: String,
    /// Whose SQL
    #[arg(long, value_enum)]
    engine: Engine,
    /// Name of the table, with its database or schema if it is not the current one
    #[arg(long, value_name = "NAME", default_value = "events")]
    table: String,
    /// Write lists of the committed files into the lake and let the table read those files alone (Athena)
    #[arg(long)]
    manifests: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Engine {
    Athena,
    Trino,
    Spark,
}

/// Prints the statements that make the table.
///
/// # Errors
/// When the lake cannot be read, the table's name is none, or the lists cannot be written.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let Arguments { engine, table, .. } = arguments;
    if !is_name(table) {
        bail!(
            "`{}` is no name of a table; letters, digits, `_` and `.` only",
            crate::visible(table)
        );
    }
    if arguments.manifests && *engine != Engine::Athena {
        bail!(
            "--manifests is for tables made in Athena; Trino reads those through the same catalogue"
        );
    }
    let lake = Lake::open(&arguments.lake)?;
    let root = lake.root_url();
    if root.contains(['\'', '\\', '\n']) {
        bail!(
            "the lake's address cannot stand in a statement; keep quotes and backslashes out of it"
        );
    }
    let text = if arguments.manifests {
        let snapshot = lake.snapshot()?;
        let folder = write_manifests(&lake, &root, &snapshot)?;
        athena_manifests(table, &format!("{root}{folder}/"))
    } else {
        match engine {
            Engine::Athena => athena(table, &format!("{root}events/")),
            Engine::Trino => trino(table, &format!("{root}events/")),
            Engine::Spark => spark(table, &format!("{root}events/")),
        }
    };
    std::io::stdout().lock().write_all(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

fn is_name(text: &str) -> bool {
    let is_part = |part: &str| {
        part.starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '_')
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    text.len() <= 300 && text.split('.').count() <= 3 && text.split('.').all(is_part)
}

/// What a folder may hold that is in no commit.
const CAUTION: &str = "\
-- This table reads the folders. Between `faasguard-lake compact` and the removal of what it replaced, rows are
-- there twice; run both without a pause, or use `ddl --engine athena --manifests`.
";

/// Columns as a list of `name type`, those of the partitions or the others.
fn list(partitions: bool, kind: impl Fn(&Column) -> &'static str) -> String {
    let columns = COLUMNS.iter().filter(|column| column.is_partition == partitions);
    let columns: Vec<String> =
        columns.map(|column| format!("`{}` {}", column.name, kind(column))).collect();
    columns.join(",\n  ")
}

fn athena(table: &str, location: &str) -> String {
    format!(
        "{CAUTION}CREATE EXTERNAL TABLE {table} (
  {}
)
PARTITIONED BY (
  {}
)
STORED AS PARQUET
LOCATION '{location}';

-- Again after each import: folders of new days.
MSCK REPAIR TABLE {table};
",
        list(false, |column| column.hive),
        list(true, |column| column.hive),
    )
}

fn athena_manifests(table: &str, location: &str) -> String {
    format!(
        "-- This table reads the files of one commit. After an import or compaction run `ddl --manifests` again, drop
-- the table and make it again: that touches no data.
DROP TABLE IF EXISTS {table};
CREATE EXTERNAL TABLE {table} (
  {}
)
PARTITIONED BY (
  {}
)
ROW FORMAT SERDE 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe'
STORED AS INPUTFORMAT 'org.apache.hadoop.hive.ql.io.SymlinkTextInputFormat'
OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'
LOCATION '{location}';
MSCK REPAIR TABLE {table};
",
        list(false, |column| column.hive),
        list(true, |column| column.hive),
    )
}

fn trino(table: &str, location: &str) -> String {
    let schema = table.rsplit('.').nth(1).unwrap_or("default");
    let name = table.rsplit('.').next().unwrap_or(table);
    format!(
        "{CAUTION}CREATE TABLE {table} (
  {},
  {}
)
WITH (
  external_location = '{location}',
  format = 'PARQUET',
  partitioned_by = ARRAY['account', 'region', 'day']
);

-- Again after each import: folders of new days.
CALL system.sync_partition_metadata('{schema}', '{name}', 'FULL');
",
        list(false, |column| column.trino),
        list(true, |column| column.trino),
    )
    .replace('`', "\"")
    .replace("\"faasguard-lake compact\"", "`faasguard-lake compact`")
    .replace("\"ddl --engine athena --manifests\"", "`ddl --engine athena --manifests`")
}

fn spark(table: &str, location: &str) -> String {
    let location = location
        .strip_prefix("s3://")
        .map_or_else(|| location.to_owned(), |bucket| format!("s3a://{bucket}"));
    format!(
        "{CAUTION}-- `faasguard-lake query --spark MASTER` needs no table: it reads the files of the last commit.
CREATE TABLE {table} (
  {},
  {}
)
USING parquet
PARTITIONED BY (account, region, day)
LOCATION '{location}';

-- Again after each import: folders of new days.
MSCK REPAIR TABLE {table};
",
        list(false, |column| column.hive),
        list(true, |column| column.hive),
    )
}

/// Where the lists of one commit stand, below the lake.
fn manifest_folder(commit: u64) -> String {
    format!("_faasguard/manifests/{commit}")
}

/// The lists of committed files: for each folder of data the text of one list, by its path below the lake.
fn manifests<'f>(
    root: &str,
    commit: u64,
    files: impl Iterator<Item = &'f DataFile>,
) -> BTreeMap<String, String> {
    let mut lists: BTreeMap<String, String> = BTreeMap::new();
    for DataFile { path, .. } in files {
        let Some((folder, _)) = path.rsplit_once('/') else { continue };
        let partition = folder.strip_prefix("events/").unwrap_or(folder);
        let list = lists.entry(format!("{}/{partition}/manifest", manifest_folder(commit)));
        // Writing to a String does not fail.
        let _ = writeln!(list.or_default(), "{root}{path}");
    }
    lists
}

fn write_manifests(lake: &Lake, root: &str, snapshot: &Snapshot) -> anyhow::Result<String> {
    let commit = snapshot.state.number;
    let (base, store) = lake.object_store()?;
    // Paths of the store are below the bucket, or the root of this machine's files.
    let below = root.strip_prefix(base.trim_end_matches('/')).unwrap_or(root).trim_matches('/');
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    for (path, text) in manifests(root, commit, snapshot.files()) {
        let path = Path::from_url_path(format!("{below}/{path}"))?;
        runtime
            .block_on(store.put(&path, text.into()))
            .with_context(|| format!("cannot write `{path}`"))?;
    }
    Ok(manifest_folder(commit))
}

#[cfg(test)]
mod tests {
    use super::{athena, athena_manifests, is_name, spark, trino};

    #[test]
    fn tables_have_the_columns_once_and_the_partitions_apart() {
        let text = athena("events", "s3://bucket/lake/events/");
        let (columns, partitions) = text.split_once("PARTITIONED BY").unwrap();
        assert!(columns.contains("`resource_arns` ARRAY<STRING>") && !columns.contains("`day`"));
        assert!(partitions.contains("`account` STRING,\n  `region` STRING,\n  `day` STRING"));
        assert!(text.contains("LOCATION 's3://bucket/lake/events/';"));
    }

    #[test]
    fn trino_quotes_names_its_own_way_and_knows_the_schema() {
        let text = trino("hive.audit.events", "s3://bucket/lake/events/");
        assert!(
            text.contains("\"time\" TIMESTAMP")
                && text.contains("\"resource_arns\" ARRAY(VARCHAR)")
        );
        assert!(text.contains("sync_partition_metadata('audit', 'events', 'FULL')"));
    }

    #[test]
    fn spark_reads_buckets_through_s3a() {
        assert!(spark("events", "s3://bucket/events/").contains("LOCATION 's3a://bucket/events/'"));
    }

    #[test]
    fn a_table_of_lists_reads_what_they_name() {
        let text = athena_manifests("events", "s3://bucket/lake/_faasguard/manifests/7/");
        assert!(text.contains("SymlinkTextInputFormat"));
    }

    #[test]
    fn a_name_of_a_table_is_no_statement() {
        assert!(is_name("audit.events") && is_name("_e1"));
        for hostile in ["", "a b", "a;b", "a--", "1a", "a..b", "a.b.c.d", "a`b"] {
            assert!(!is_name(hostile), "{hostile:?}");
        }
    }
}

//! The table `events` as engines of others know it.

/// One column of the lake.
#[derive(Debug)]
pub(crate) struct Column {
    pub(crate) name: &'static str,
    /// Its type in Hive, Athena and Spark.
    pub(crate) hive: &'static str,
    /// Its type in Trino.
    pub(crate) trino: &'static str,
    /// Whether its value is in the names of folders, after those of the columns before it.
    pub(crate) is_partition: bool,
}

const fn column(name: &'static str, hive: &'static str, trino: &'static str) -> Column {
    Column { name, hive, trino, is_partition: false }
}

const fn partition(name: &'static str) -> Column {
    Column { name, hive: "STRING", trino: "VARCHAR", is_partition: true }
}

/// The columns; engines that read Hive's layout want those of the partitions last.
pub(crate) const COLUMNS: [Column; 17] = [
    column("time", "TIMESTAMP", "TIMESTAMP"),
    column("event_id", "STRING", "VARCHAR"),
    column("event_source", "STRING", "VARCHAR"),
    column("event_name", "STRING", "VARCHAR"),
    column("actor_arn", "STRING", "VARCHAR"),
    column("actor_type", "STRING", "VARCHAR"),
    column("session_issuer_arn", "STRING", "VARCHAR"),
    column("source_ip", "STRING", "VARCHAR"),
    column("user_agent", "STRING", "VARCHAR"),
    column("error_code", "STRING", "VARCHAR"),
    column("resource_arns", "ARRAY<STRING>", "ARRAY(VARCHAR)"),
    column("read_only", "BOOLEAN", "BOOLEAN"),
    column("function", "STRING", "VARCHAR"),
    column("raw", "STRING", "VARCHAR"),
    partition("account"),
    partition("region"),
    partition("day"),
];

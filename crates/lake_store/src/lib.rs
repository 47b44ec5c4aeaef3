//! Audit events as Parquet in a folder or a bucket: imported exactly once, compacted, kept as long as asked.

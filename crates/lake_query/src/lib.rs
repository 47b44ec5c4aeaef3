//! SQL over the lake: one table, named queries, limits.
